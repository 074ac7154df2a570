import type { OperationInfo } from '../../shared/bots';
import type { BotRow } from '../../shared/rows';
import { api } from '../state/api';
import { botRef, fleet } from '../state/fleet.svelte';
import { notices } from '../state/notices.svelte';
import type { ChangeKind } from './consequences';
import type { Ruling } from './rules';

/** A row with its cluster's name as the question shows it: that name goes with the answer, and main refuses when it no longer fits. */
export interface Asked {
  row: BotRow;
  clusterName: string;
}

export type Question =
  | { kind: ChangeKind; asked: Asked[]; leftOut: Ruling['leftOut'] }
  | { kind: 'force' | 'cleanUp'; operation: OperationInfo };

let question = $state.raw<Question | null>(null);

/** The one question on screen. */
export const confirm = {
  get question() {
    return question;
  },
  ask(kind: ChangeKind, ruling: Ruling) {
    const asked = ruling.rows.map((row) => ({ row, clusterName: fleet.clusterName(row.clusterId) }));
    if (asked.length > 0) question = { kind, asked, leftOut: ruling.leftOut };
  },
  askOperation(kind: 'force' | 'cleanUp', operation: OperationInfo) {
    question = { kind, operation };
  },
  close() {
    question = null;
  },
};

/** Does what was confirmed, for each bot by itself: one refusal holds no other back and is told in the corner. */
export async function carryOut(kind: ChangeKind, asked: readonly Asked[], deleteVolume: boolean): Promise<void> {
  await Promise.all(
    asked.map(({ row, clusterName }) =>
      notices.guard(() => {
        const input = { bot: botRef(row), confirmedCluster: clusterName };
        if (kind === 'delete') return api.call('bots.delete', { ...input, deleteVolume });
        return api.call(`bots.${kind}`, input);
      }),
    ),
  );
}

/** What an operation offers; what can't be taken back is asked first. */
export function act(operation: OperationInfo, action: OperationInfo['actions'][number]): void {
  if (action === 'force' || action === 'cleanUp') confirm.askOperation(action, operation);
  else void notices.guard(() => api.call('operations.act', { id: operation.id, action }));
}
