/**
 * A duration as kubectl prints ages (apimachinery `duration.HumanDuration`): `65s`, `3m5s`, `2d3h`, `4y12d`.
 * @param ms duration in milliseconds; up to two seconds below zero count as clock skew and print `0s`.
 */
export function humanDuration(ms: number): string {
  // Go cuts towards zero, both for whole seconds and for the larger units.
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 24 * 8) return pair(days, 'd', hours % 24, 'h');
  if (hours < 24 * 365 * 2) return `${days}d`;
  const years = Math.floor(days / 365);
  if (hours < 24 * 365 * 8) return pair(years, 'y', days % 365, 'd');
  return `${years}y`;
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}

/** kubectl's RESTARTS cell: `5 (3h ago)`, or the bare number where no time is known. Times in ms since 1970. */
export function restartsText(count: number, lastAt: number | null, now: number): string {
  return count !== 0 && lastAt !== null ? `${count} (${humanDuration(now - lastAt)} ago)` : String(count);
}
