/** Watches a cluster gets, by construction (`watching.ts`); docs/budget.md publishes both. */
const WATCHES = 3;
/** Of one request a second for the whole idle fleet, what openings of watches may use, and what looks for bots made by hand. */
const SHARE = { watches: 0.5, looks: 0.35 };
/** Opening a watch and proving that the far end is still the same cluster. */
const REQUESTS = 2;
const LOOK_EVERY = 300;

/**
 * How long the next watch is asked for, seconds: 5 to 10 minutes as client-go does, longer where many clusters are on, so that the
 * whole fleet together stays within its budget. `random`: 0 to 1.
 */
export function watchSeconds(clusters: number, random: number): number {
  const mean = Math.max(450, (clusters * WATCHES * REQUESTS) / SHARE.watches);
  return Math.round(mean * (2 / 3 + (random * 2) / 3));
}

/** When the next look at a cluster's workloads is due, seconds: five minutes, longer where looks of so many requests at so many clusters would be too much. */
export function lookSeconds(clusters: number, requests: number, random: number): number {
  const mean = Math.max(LOOK_EVERY, (clusters * requests) / SHARE.looks);
  return Math.round(mean * (0.9 + random * 0.2));
}
