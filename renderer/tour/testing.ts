import type { OperationInfo } from '../../shared/bots';
import type { Seen } from './seen';

/** Nothing is to be seen but the given. */
export const seen = (traits: Partial<Seen> = {}): Seen => ({
  screen: 'fleet',
  bot: undefined,
  rows: [],
  operations: [],
  terminals: [],
  broken: [],
  ...traits,
});

/** An operation on the practice cluster's bot `eth-1`. */
export const operation = (traits: Partial<OperationInfo> = {}): OperationInfo => ({
  id: 'o1',
  kind: 'deploy',
  bot: { clusterId: 'practice', namespace: 'trading', name: 'eth-1' },
  clusterName: 'practice',
  steps: [],
  outcome: 'running',
  message: '',
  error: null,
  written: [],
  startedAt: 0,
  endedAt: null,
  actions: [],
  ...traits,
});
