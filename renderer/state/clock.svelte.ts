/** Seconds of many rows at once are work that nobody reads. ms */
const SLOWLY = 5_000;
let now = $state(Date.now());
/** Not derived from the other: whatever shows it would be asked each second whether it is another. */
let slowly = $state(slow(Date.now()));

function slow(at: number): number {
  return Math.floor(at / SLOWLY) * SLOWLY;
}

/** One clock for all ages on screen, in ms since 1970, a tick a second. */
export const clock = {
  get now() {
    return now;
  },
  /** The same, a tick every five seconds. */
  get slowly() {
    return slowly;
  },
  /** Ticks while the window is to be seen. Gives back how to end it. */
  start(page: Document): () => void {
    const tick = () => {
      if (page.hidden) return;
      now = Date.now();
      slowly = slow(now);
    };
    const timer = setInterval(tick, 1000);
    page.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      page.removeEventListener('visibilitychange', tick);
    };
  },
};
