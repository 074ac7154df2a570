import { MOST_IN_VIEW } from '../../shared/readings';
import { api } from './api';
import { seenNow } from './seen';

/** So often at most is main told what can be seen. ms */
const CALM = 500;

const shown = new Map<string, readonly string[]>();
let told = '';
let timer: ReturnType<typeof setTimeout> | null = null;
let columns = true;

/** What can be seen of the fleet, by the part of the window that shows it: main reads the trading of these rows alone. */
export const inView = {
  /** `ids` empty: this part shows no bot any more. */
  show(part: 'grid' | 'panel' | 'usage', ids: readonly string[]): void {
    if (ids.length > 0) shown.set(part, ids);
    else shown.delete(part);
    soon();
  },
  /** Whether the grid shows, or is in the order of, what bots use of CPU or memory: else a cluster is not asked for it. */
  measure(next: boolean): void {
    columns = next;
    soon();
  },
};

function soon(): void {
  timer ??= setTimeout(() => {
    timer = null;
    const seen = seenNow(document.hidden ? new Map<string, string[]>() : shown, columns, MOST_IN_VIEW);
    const now = JSON.stringify(seen);
    if (now === told) return;
    told = now;
    // What is not read keeps its age on screen: nothing to tell beyond that.
    void api.call('readings.inView', seen).catch(() => (told = ''));
  }, CALM);
}
if (typeof document !== 'undefined') document.addEventListener('visibilitychange', soon);
