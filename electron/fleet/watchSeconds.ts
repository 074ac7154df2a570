import type { Clock } from '../cluster/types';

/** Watches a cluster, or a namespace watched by itself, gets by construction (`watching.ts`); docs/budget.md publishes both. */
const WATCHES = 3;
/**
 * Of one request a second for the whole idle fleet, what openings of watches may use, what looks for bots made by hand, and what is kept for
 * proofs of life and the like; the rest is for all else that is asked by itself (`spare.ts`).
 */
const SHARE = { watches: 0.3, looks: 0.3, kept: 0.05 };
/** Opening a watch, or listing, and proving that the far end is still the same cluster. */
const REQUESTS = 2;
const WATCH_FOR = 450;
const LOOK_EVERY = 300;
const LIST_EVERY = 120;
/** ms */
const EARLY = 1_000;
const openings = (scopes: number) => (scopes * WATCHES * REQUESTS) / SHARE.watches;

/**
 * How long the next watch is asked for, seconds: 5 to 10 minutes as client-go does, longer where much is watched, so that the whole fleet
 * together stays within its budget. `scopes`: clusters, or namespaces where a sign-in sees single ones only. `random`: 0 to 1.
 */
export function watchSeconds(scopes: number, random: number): number {
  const mean = Math.max(WATCH_FOR, openings(scopes));
  return Math.round(mean * (2 / 3 + (random * 2) / 3));
}

/** When a namespace that is not watched is listed again, seconds: a list costs what an opening costs, and comes out of the same share. */
export function listSeconds(scopes: number, random: number): number {
  return Math.round(Math.max(LIST_EVERY, openings(scopes)) * (0.9 + random * 0.2));
}

/**
 * One time for all lists of a namespace: a workload and its pod that were listed at different moments make a bot that never was. Gives how long
 * the one who asks has to wait, seconds.
 */
export function beat(clock: Clock, seconds: () => number): () => number {
  let wait = 0;
  let next = -Infinity;
  return () => {
    const left = next - clock.now();
    // A timer may be a moment early; more is left than ever was when the clock was set back.
    if (left < EARLY || left > wait) next = clock.now() + (wait = 1000 * seconds());
    return (next - clock.now()) / 1000;
  };
}

/** When the next look at a scope's workloads is due, seconds: five minutes, longer where looks of so many requests at so many scopes would be too much. */
export function lookSeconds(scopes: number, requests: number, random: number): number {
  const mean = Math.max(LOOK_EVERY, (scopes * requests) / SHARE.looks);
  return Math.round(mean * (0.9 + random * 0.2));
}

/** What watches, lists and looks leave of one request a second. `listed`: some scopes are listed instead of watched; `requests`: of the longest look. */
export function sparePerSecond(scopes: number, listed: boolean, requests: number): number {
  const openings = Math.min(SHARE.watches, (scopes * WATCHES * REQUESTS) / WATCH_FOR);
  const looks = Math.min(SHARE.looks, (scopes * requests) / LOOK_EVERY);
  return 1 - SHARE.kept - (listed ? SHARE.watches : openings) - looks;
}
