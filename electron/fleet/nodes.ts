import { toAppError } from '../../shared/errors';
import type { KubeObject } from '../cluster/objects';
import { NODES } from '../cluster/resources';
import type { Api, Clock, Dispose } from '../cluster/types';
import type { ClusterTable } from './table';

interface Node extends KubeObject {
  status?: { conditions?: { type: string; status: string }[] };
}

/** How often it is looked whether a node is in question, which costs no request; and how often a node that is gets asked for, ms. */
const LOOK = 5_000;
const ASK_EVERY = 20_000;
/** Nodes asked for in one round. */
const MOST = 20;
/** A sign-in that may not see nodes is not asked again so soon, ms. */
const REFUSED = 600_000;

/**
 * Nodes that do not answer. Not watched: a node writes its status all day, and what a bot's row needs of it is asked for where a pod
 * looks lost, or was given up while its node was silent. A sign-in that may not see nodes simply does without.
 */
export function askNodes(options: {
  api: Api;
  clock: Clock;
  table: ClusterTable;
  live(): boolean;
  onLostNodes(nodes: ReadonlySet<string>): void;
}): { kick(): void; dispose: Dispose } {
  const { api, clock, table } = options;
  const control = new AbortController();
  let lost: ReadonlySet<string> = new Set();
  let nextAt = 0;
  let cancel = clock.after(LOOK, look);

  function look(): void {
    cancel = clock.after(LOOK, look);
    const asked = [...table.nodesInQuestion()].slice(0, MOST);
    if (clock.now() < nextAt || !options.live() || (asked.length === 0 && lost.size === 0)) return;
    nextAt = clock.now() + ASK_EVERY;
    void ask(asked);
  }
  async function ask(names: string[]): Promise<void> {
    try {
      const found = await Promise.all(names.map(async (name) => ((await isLost(name)) ? [name] : [])));
      if (control.signal.aborted) return;
      lost = new Set(found.flat());
      options.onLostNodes(lost);
    } catch (thrown) {
      if (toAppError(thrown).code === 'FORBIDDEN') nextAt = clock.now() + REFUSED;
    }
  }
  async function isLost(name: string): Promise<boolean> {
    try {
      const { status } = await api.get<Node>(NODES, null, name, { signal: control.signal });
      return status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'Unknown';
    } catch (thrown) {
      // A machine that was given back.
      if (toAppError(thrown).code === 'NOT_FOUND') return false;
      throw thrown;
    }
  }

  return {
    kick: () => void (nextAt = 0),
    dispose() {
      cancel();
      control.abort();
    },
  };
}
