import type { Event } from '../cluster/objects';

/** When an event was seen last, ms since 1970; 0 when it says nothing. */
export function lastSeen(event: Event): number {
  const time =
    event.series?.lastObservedTime ??
    event.lastTimestamp ??
    event.eventTime ??
    event.firstTimestamp ??
    event.metadata.creationTimestamp;
  return time ? Date.parse(time) || 0 : 0;
}
export const timesSeen = (event: Event): number => event.series?.count ?? event.count ?? 1;

/** Newest first. */
export const byTime = (events: Event[]): Event[] => [...events].sort((a, b) => lastSeen(b) - lastSeen(a));

/** Events that are not in `before`, or were seen again since: what an earlier start left behind says nothing about this one. */
export function since(events: Event[], before: Event[]): Event[] {
  const known = new Map(before.map((event) => [event.metadata.uid, `${timesSeen(event)} ${lastSeen(event)}`]));
  return events.filter((event) => known.get(event.metadata.uid) !== `${timesSeen(event)} ${lastSeen(event)}`);
}
