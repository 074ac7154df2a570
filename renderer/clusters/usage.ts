import type { ContextUsage } from '../../shared/rows';

const count = (many: number, one: string) => `${many.toLocaleString('en')} ${one}${many === 1 ? '' : 's'}`;
const megabytes = (bytes: number) => `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} MB`;

/** What a connection asked of its cluster, in one line, e.g. `1 request in the last minute, 57 in the last hour; 2 streams open, 3 connections; 1.2 MB in the last hour`. */
export function usage({ requestsMinute, requestsHour, bytesHour, streams, connections }: ContextUsage): string {
  const asked = `${count(requestsMinute, 'request')} in the last minute, ${requestsHour.toLocaleString('en')} in the last hour`;
  const open = connections > 0 ? `, ${count(connections, 'connection')}` : '';
  return `${asked}; ${count(streams, 'stream')} open${open}; ${megabytes(bytesHour)} in the last hour`;
}

/** The same for a line among many, in columns; `''` where nothing is counted yet. */
export function usageBrief(usage: ContextUsage | null): string[] {
  if (!usage) return ['', '', '', ''];
  const { requestsMinute, bytesHour, streams, connections } = usage;
  return [
    `${requestsMinute.toLocaleString('en')}/min`,
    count(streams, 'stream'),
    `${connections.toLocaleString('en')} conn.`,
    `${megabytes(bytesHour)}/h`,
  ];
}
