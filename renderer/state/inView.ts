import { MOST_IN_VIEW } from '../../shared/readings';
import { api } from './api';

/** So often at most is main told what can be seen. ms */
const CALM = 500;

const shown = new Map<string, readonly string[]>();
let told = '';
let timer: ReturnType<typeof setTimeout> | null = null;

/** What can be seen of the fleet, by the part of the window that shows it: main reads the trading of these rows alone. */
export const inView = {
  /** `ids` empty: this part shows no bot any more. */
  show(part: string, ids: readonly string[]): void {
    if (ids.length > 0) shown.set(part, ids);
    else shown.delete(part);
    soon();
  },
};

function soon(): void {
  timer ??= setTimeout(() => {
    timer = null;
    const ids = document.hidden ? [] : [...new Set([...shown.values()].flat())].slice(0, MOST_IN_VIEW);
    const now = ids.join('\n');
    if (now === told) return;
    told = now;
    // What is not read keeps its age on screen: nothing to tell beyond that.
    void api.call('readings.inView', { ids }).catch(() => (told = ''));
  }, CALM);
}
if (typeof document !== 'undefined') document.addEventListener('visibilitychange', soon);
