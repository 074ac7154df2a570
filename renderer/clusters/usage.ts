import type { ContextUsage } from '../../shared/rows';
import { WATCHED_NAMESPACES } from '../../shared/watched';

const count = (many: number, one: string) => `${many.toLocaleString('en')} ${one}${many === 1 ? '' : 's'}`;
const megabytes = (bytes: number) => `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} MB`;

/** What a connection asked of its cluster, in one line, e.g. `1 request in the last minute, 57 in the last hour; 2 streams open, 3 connections; 1.2 MB in the last hour`. */
export function usage({ requestsMinute, requestsHour, bytesHour, streams, connections }: ContextUsage): string {
  const asked = `${count(requestsMinute, 'request')} in the last minute, ${requestsHour.toLocaleString('en')} in the last hour`;
  const open = connections > 0 ? `, ${count(connections, 'connection')}` : '';
  return `${asked}; ${count(streams, 'stream')} open${open}; ${megabytes(bytesHour)} in the last hour`;
}

/** What docs/budget.md promises of it, beside those figures. `namespaces`: that the sign-in sees, null for all. */
export function limits(namespaces: readonly string[] | null): string {
  const few = namespaces !== null && namespaces.length > 0;
  const rest = (namespaces?.length ?? 0) - WATCHED_NAMESPACES;
  const each = few ? ` for each of ${rest > 0 ? `the first ${WATCHED_NAMESPACES} namespaces` : 'its namespaces'}` : '';
  const others = rest > 0 ? `; bots of the other ${rest} are looked at every two minutes or more rarely` : '';
  return `At rest, 1 request a second for all clusters together; 3 watches${each}, 8 connections${others}`;
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
