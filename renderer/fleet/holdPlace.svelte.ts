import { untrack } from 'svelte';

interface Held<T> {
  /** What scrolls. */
  element(): HTMLElement | undefined;
  /** How far it was scrolled when that was last heard, px. */
  top(): number;
  /** It stands at its top now. */
  toTop(): void;
  items(): readonly T[];
  /** What the trader asked for; something else begins at the top. */
  how(): unknown;
  /** Where to scroll after an update, px. */
  kept(before: readonly T[], after: readonly T[], top: number): number;
}

/** Items that come and go above must not push away what is being read. Called while the component is made. */
export function holdPlace<T>({ element, top, toTop, items, how, kept }: Held<T>): void {
  let before: readonly T[] = [];
  let beforeHow = '';
  let place: number | null = null;
  $effect.pre(() => {
    const after = items();
    const nowHow = JSON.stringify(how());
    untrack(() => {
      const scrolled = element();
      if (scrolled && nowHow !== beforeHow && beforeHow !== '') {
        // Before anything is drawn: else all would be laid out where it stood, and drawn and laid out again at the top.
        scrolled.scrollTop = 0;
        toTop();
        place = null;
      } else if (scrolled && before !== after) {
        // To ask for it has all laid out that changed; at the top nothing is held.
        const scrollTop = top() > 0 ? scrolled.scrollTop : 0;
        const next = kept(before, after, scrollTop);
        // Asking for it once the items are drawn would have them laid out at once.
        place = Math.abs(next - scrollTop) > 1 ? next : null;
      }
      before = after;
      beforeHow = nowHow;
    });
  });
  $effect(() => {
    void items();
    const scrolled = element();
    if (place !== null && scrolled) scrolled.scrollTop = place;
    place = null;
  });
}
