import type { Transport } from '../cluster/transport';
import type { ExchangeOrder } from './bot/exchange';
import { startControllers } from './controllers';
import { forgetOldEvents } from './events';
import { createFaults, type Faults } from './faults';
import { layGround } from './ground';
import { NAMESPACE } from './kinds';
import { adoptRunning } from './kubelet';
import { botOf, runOf } from './runtime';
import { seedBot, type SeedBot } from './seed';
import type { Share } from './share';
import { openTransport } from './transport';
import { createWorld, type WorldOptions } from './world';

export { perform, stateOf } from './acts';
export type { BotKey, Faults } from './faults';
export type { Manifest, SeedBot } from './seed';
export { createShare } from './share';
export { crowd, STARTER_PASSWORD, starterBots, type StarterBot, type StarterState } from './starter';

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
  seed(bots: SeedBot[], share?: Share): void;
  readonly faults: Faults;
  namespaces(): string[];
  speed(): number;
  /** How much faster than life pods start and markets move. */
  setSpeed(speed: number): void;
  /** What is open at the practice exchange, whatever became of the bot (`namespace/name`) that placed it. */
  openOrders(bot?: string): ExchangeOrder[];
  dispose(): void;
}

export function createPracticeCluster(options: PracticeOptions): PracticeCluster {
  const world = createWorld(options);
  const open = new Set<Transport & { cut(): void }>();
  layGround(world, options.nodes ?? 3);
  startControllers(world);
  forgetOldEvents(world);
  return {
    name: world.name,
    transport() {
      const made = openTransport(world, () => open.delete(made));
      open.add(made);
      return made;
    },
    seed(bots, share = (value) => value) {
      for (const bot of bots) {
        const pod = seedBot(world, bot, share);
        if (pod) adoptRunning(world, pod, bot.since + 12_000);
      }
    },
    faults: createFaults(world, () => {
      for (const one of [...open]) one.cut();
    }),
    namespaces: () => world.store.list(NAMESPACE).map(({ metadata }) => metadata.name),
    speed: () => world.pace.speed(),
    setSpeed: (speed) => world.pace.setSpeed(world.agenda.now(), speed),
    openOrders(bot) {
      for (const pod of world.pods.values())
        if (bot === undefined || botOf(pod) === bot)
          for (const one of pod.containers) runOf(one)?.program?.catchUp(world.agenda.now());
      return world.exchange.open(bot);
    },
    dispose() {
      for (const one of [...open]) one.close();
      world.agenda.dispose();
    },
  };
}
