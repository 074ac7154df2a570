import type { z } from 'zod';
import type { Result } from '../errors';
import { alertsContract } from './alerts';
import { appContract } from './app';
import { botsContract } from './bots';
import { capacityContract } from './capacity';
import { contextsContract } from './contexts';
import { deployContract } from './deploy';
import { practiceContract } from './practice';
import { readingsContract } from './readings';
import { terminalsContract } from './terminals';

/** Every call the renderer can make: name → input schema and output type. */
export const contract = {
  ...appContract,
  ...contextsContract,
  ...capacityContract,
  ...readingsContract,
  ...deployContract,
  ...botsContract,
  ...practiceContract,
  ...readingsContract,
  ...terminalsContract,
  ...alertsContract,
};

export type Contract = typeof contract;
export type CallName = keyof Contract;
export type Input<N extends CallName> = z.input<Contract[N]['input']>;
export type Parsed<N extends CallName> = z.output<Contract[N]['input']>;
export type Output<N extends CallName> = ReturnType<Contract[N]['output']>;

/** One handler a name; a missing or surplus one is a compile error. */
export type Handlers = { [N in CallName]: (input: Parsed<N>) => Output<N> | Promise<Output<N>> };

/** What preload puts on `window.hummingdeck`. */
export interface Bridge {
  invoke(name: string, input: unknown): Promise<Result<unknown>>;
  /** Ports arrive as window messages `{hummingdeckPort: name}` with one port. */
  names: readonly string[];
}
