import { amountOf } from '../../../shared/quantity';
import type { PodSpec } from '../../cluster/objects';
import { CLAIM, POD } from '../kinds';
import type { World } from '../world';

const MI = 1024 ** 2;
/** What a simulated bot has written, bytes. */
const WRITTEN = 38 * MI;
/** Of a node's own disk, where a bot has no claim. */
const NODE = { size: 40_960 * MI, used: 12_300 * MI };
/** Broken on purpose: this part is used. */
const FULL = 0.96;

/** What a bot's program would tell of the file system that holds its data (hummingbot/tradingProgram.ts, `disk`). */
export function diskOf(world: World, { namespace, name }: { namespace: string; name: string }): number[] {
  const pod = world.store.get(POD, namespace, name);
  const claim = (pod?.spec as PodSpec | undefined)?.volumes?.find((one) => one.persistentVolumeClaim);
  const found = claim && world.store.get(CLAIM, namespace, claim.persistentVolumeClaim!.claimName);
  const asked = amountOf(
    (found?.spec as { resources?: { requests?: { storage?: string } } })?.resources?.requests?.storage,
  );
  // A file system takes a little of its volume for itself.
  const size = asked > 0 ? Math.round(asked * 0.98) : NODE.size;
  const used = world.faults.of(`${namespace}/${name.replace(/-\d+$/, '')}`).volumeFull
    ? Math.round(size * FULL)
    : asked > 0
      ? WRITTEN
      : NODE.used;
  const inodes = Math.round(size / 16_384);
  return [size, size - used, inodes, inodes - 240, asked > 0 ? 0 : 1];
}
