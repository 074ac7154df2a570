/** Watches a cluster gets, by construction (`watching.ts`); docs/budget.md publishes both. */
const WATCHES = 3;
/** Of one request a second for the whole idle fleet, what openings of watches may use. */
const SHARE = 0.5;
/** Opening a watch and proving that the far end is still the same cluster. */
const REQUESTS = 2;

/**
 * How long the next watch is asked for, seconds: 5 to 10 minutes as client-go does, longer where many clusters are on, so that the
 * whole fleet together stays within its budget. `random`: 0 to 1.
 */
export function watchSeconds(clusters: number, random: number): number {
  const mean = Math.max(450, (clusters * WATCHES * REQUESTS) / SHARE);
  return Math.round(mean * (2 / 3 + (random * 2) / 3));
}
