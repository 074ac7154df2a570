import type { Transport } from '../cluster/transport';
import { forgetOldEvents } from './events';
import { layGround } from './ground';
import { seedBot, type SeedBot } from './seed';
import { openTransport } from './transport';
import { createWorld, type WorldOptions } from './world';

export type { Manifest, SeedBot } from './seed';
export { STARTER_PASSWORD, starterBots, type StarterBot, type StarterState } from './starter';

export interface PracticeOptions extends WorldOptions {
  /** How many machines; 3 where not said. */
  nodes?: number;
}

/** A whole cluster in memory: the far end of the cluster room's transport, with simulated bots. No port, no second way into the app. */
export interface PracticeCluster {
  readonly name: string;
  /** A way to it; several may be open. `close` ends that one alone. */
  transport(): Transport;
  /** Puts bots there as if they had been running for some time. */
  seed(bots: SeedBot[]): void;
  dispose(): void;
}

export function createPracticeCluster(options: PracticeOptions): PracticeCluster {
  const world = createWorld(options);
  const open = new Set<Transport & { cut(): void }>();
  layGround(world, options.nodes ?? 3);
  forgetOldEvents(world);
  return {
    name: world.name,
    transport() {
      const made = openTransport(world, () => open.delete(made));
      open.add(made);
      return made;
    },
    seed(bots) {
      for (const bot of bots) seedBot(world, bot);
    },
    dispose() {
      for (const one of [...open]) one.close();
      world.agenda.dispose();
    },
  };
}
