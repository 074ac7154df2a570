import type { ContextUsage } from '../../shared/rows';

/** What a connection asked of its cluster, in one line, e.g. `1 request in the last minute, 57 in the last hour; 2 streams open, 3 connections; 1.2 MB in the last hour`. */
export function usage({ requestsMinute, requestsHour, bytesHour, streams, connections }: ContextUsage): string {
  const count = (many: number, one: string) => `${many.toLocaleString('en')} ${one}${many === 1 ? '' : 's'}`;
  const megabytes = (bytesHour / 1e6).toLocaleString('en', { maximumFractionDigits: 1 });
  const asked = `${count(requestsMinute, 'request')} in the last minute, ${requestsHour.toLocaleString('en')} in the last hour`;
  const open = connections > 0 ? `, ${count(connections, 'connection')}` : '';
  return `${asked}; ${count(streams, 'stream')} open${open}; ${megabytes} MB in the last hour`;
}
