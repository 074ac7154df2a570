/** A page that breaks down more often than this in so long is not made anew by itself, ms. */
const MOST = 3;
const WITHIN = 600_000;

/** Tells whether a page that broke down is to be made anew now: one that breaks down again and again would only flicker. */
export function createRevival(now: () => number): () => boolean {
  let times: number[] = [];
  return () => {
    times = [...times.filter((at) => now() - at < WITHIN), now()];
    return times.length <= MOST;
  };
}
