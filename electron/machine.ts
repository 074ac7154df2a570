import type { Clock, Dispose, Way } from './cluster';
import { changedWays, type NetworkLook } from './network';

const EVERY_MS = 1_000;
/** Each look so many is of all far ends, as are the looks after a change: a route comes a moment after its interface. */
const ALL = 5;
/** By so much this machine's time runs ahead of its running time only when it slept (on Linux), or its clock was set. ms */
const JUMP_MS = 5_000;

export interface MachineOptions {
  clock: Clock;
  /** ms; on Linux it stands still while the machine sleeps. On macOS and Windows it may go on: there the system's own word tells of a sleep. */
  running(): number;
  /** The network as it is, towards these far ends and everywhere. */
  look(ways: readonly Way[]): Promise<NetworkLook>;
  /** What open connections run over. */
  ways(): readonly Way[];
  /** The machine woke up (no open connection can be trusted then), or to these far addresses the way changed. */
  changed(far?: string[]): void;
}

/**
 * Looks each second whether the machine slept or its network is another: at its addresses and its default way, which costs less than a millisecond,
 * and each 5 s or when those changed at the way to each far end. `woke`: the system said so itself.
 */
export function watchMachine({ clock, running, look, ways, changed }: MachineOptions): {
  woke(): void;
  dispose: Dispose;
} {
  const time = () => ({ wall: clock.now(), running: running() });
  let before = time();
  let wokeAt = { wall: -Infinity, running: -Infinity };
  let outline = '';
  let known: NetworkLook | null = null;
  let looks = 0;
  let allUntil = 0;
  let over = false;
  let cancel: Dispose = () => {};

  /** The system's word and the jump of time are of one sleep. */
  function woke(): void {
    const now = (before = time());
    const again = now.running - wokeAt.running < JUMP_MS && now.wall - wokeAt.wall < JUMP_MS;
    if (again) return;
    wokeAt = now;
    changed();
  }
  async function turn(): Promise<void> {
    const now = time();
    if (now.wall - before.wall - (now.running - before.running) > JUMP_MS) woke();
    else before = now;
    try {
      await see();
    } catch {
      // The system would not tell of its interfaces: with the next look.
    }
    if (!over) cancel = clock.after(EVERY_MS, () => void turn());
  }
  async function see(): Promise<void> {
    const { own, towards } = await look([]);
    const text = JSON.stringify([[...own], [...towards]]);
    if (text !== outline) allUntil = looks + ALL;
    outline = text;
    if (looks <= allUntil || looks % ALL === 0) await compare();
    looks++;
  }
  async function compare(): Promise<void> {
    const now = await look(ways());
    const far = known ? changedWays(known, now) : [];
    known = now;
    if (far.length > 0 && !over) changed(far);
  }
  void turn();

  return {
    woke,
    dispose() {
      over = true;
      cancel();
    },
  };
}
