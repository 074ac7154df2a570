let now = $state(Date.now());

/** One clock for all ages on screen, in ms since 1970, a tick a second. */
export const clock = {
  get now() {
    return now;
  },
  /** Ticks while the window is to be seen. Gives back how to end it. */
  start(page: Document): () => void {
    const tick = () => {
      if (!page.hidden) now = Date.now();
    };
    const timer = setInterval(tick, 1000);
    page.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      page.removeEventListener('visibilitychange', tick);
    };
  },
};
