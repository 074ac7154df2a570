import type { Clock } from '../cluster/types';
import type { ProviderId } from '../../shared/rows';
import { createAgenda, type Agenda } from './agenda';
import { createChance, type Chance } from './chance';
import { createExchange, type Exchange } from './bot/exchange';
import { createMarket, type Market } from './bot/market';
import { createFaultState, type FaultState } from './faultState';
import type { Disk } from './files';
import { createPages, type Pages } from './list';
import { createPace, type Pace } from './pace';
import type { PodOnNode } from './runtime';
import { createRights, type Rights } from './rights';
import { createStore, type Store } from './store';

/** Everything one practice cluster is made of; its parts are plain functions over it. */
export interface World {
  readonly name: string;
  readonly provider: ProviderId;
  readonly seed: string;
  readonly clock: Clock;
  readonly agenda: Agenda;
  readonly chance: Chance;
  readonly store: Store;
  readonly pages: Pages;
  readonly rights: Rights;
  readonly pace: Pace;
  /** How the line to it is. */
  readonly line: Line;
  readonly market: Market;
  readonly exchange: Exchange;
  readonly faults: FaultState;
  /** Pods on nodes, by uid. */
  readonly pods: Map<string, PodOnNode>;
  /** Volumes, by their claim's uid. */
  readonly disks: Map<string, Disk>;
  /** Passwords that were tried. */
  readonly unlocked: Map<string, boolean | Promise<boolean>>;
  /** Logs that are followed: brought up to date every second. */
  readonly followed: Set<() => void>;
}
export interface Line {
  /** ms until an answer begins. */
  delay: number;
  down: boolean;
  /** The sign-in is no longer accepted. */
  signedOut: boolean;
}

export interface WorldOptions {
  name: string;
  provider?: ProviderId;
  clock: Clock;
  /** The same seed and the same clock give the same cluster. */
  seed: string | number;
  /** How much faster than life pods start and markets move; what stands in objects and logs keeps the clock's time. */
  speed?: number;
  /** Passwords that were tried, where several clusters share what was found out. */
  unlocked?: Map<string, boolean | Promise<boolean>>;
}

export function createWorld({ name, provider = 'unknown', clock, seed, speed = 1, unlocked }: WorldOptions): World {
  const text = `${name} ${seed}`;
  return {
    name,
    provider,
    seed: text,
    clock,
    agenda: createAgenda(clock),
    chance: createChance(text),
    store: createStore(),
    pages: createPages(),
    rights: createRights(),
    pace: createPace(clock.now(), speed),
    line: { delay: 0, down: false, signedOut: false },
    market: createMarket(text),
    exchange: createExchange(),
    faults: createFaultState(),
    pods: new Map(),
    disks: new Map(),
    unlocked: unlocked ?? new Map(),
    followed: new Set(),
  };
}

/** A pause of the simulated world: so long in life, shorter the faster it runs. */
export const afterPaced = (world: World, ms: number, run: () => void) =>
  world.agenda.after(ms / world.pace.speed(), run);
