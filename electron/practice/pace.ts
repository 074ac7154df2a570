/**
 * The simulated world's own time: it runs `speed` times as fast as the clock, so that markets move and orders are renewed more
 * often while every time a trader reads stays true. Both in ms.
 */
export interface Pace {
  speed(): number;
  setSpeed(now: number, speed: number): void;
  /** The clock's time as simulated time. */
  inside(clockMs: number): number;
  /** And back. */
  outside(simulatedMs: number): number;
}

export function createPace(start: number, first: number): Pace {
  const legs = [{ clock: start, inside: start, speed: first }];
  const last = () => legs[legs.length - 1]!;
  const leg = (key: 'clock' | 'inside', at: number) => {
    for (let i = legs.length - 1; i > 0; i--) if (legs[i]![key] <= at) return legs[i]!;
    // Before the cluster was opened life had its own pace.
    return at < legs[0]![key] ? { ...legs[0]!, speed: 1 } : legs[0]!;
  };
  return {
    speed: () => last().speed,
    setSpeed(now, speed) {
      const { clock, inside, speed: before } = last();
      legs.push({ clock: now, inside: inside + (now - clock) * before, speed });
    },
    inside(at) {
      const { clock, inside, speed } = leg('clock', at);
      return inside + (at - clock) * speed;
    },
    outside(at) {
      const { clock, inside, speed } = leg('inside', at);
      return clock + (at - inside) / speed;
    },
  };
}
