import type { Dispose } from '../cluster/types';
import type { World } from './world';

const EVERY = 1_000;

/** Runs `look` every second as long as someone follows: one timer for all who do. */
export function follow(world: World, look: () => void): Dispose {
  world.followed.add(look);
  if (world.followed.size === 1) tick(world);
  return () => void world.followed.delete(look);
}
function tick(world: World): void {
  world.agenda.after(EVERY, () => {
    for (const look of [...world.followed]) look();
    if (world.followed.size > 0) tick(world);
  });
}
