import { toAppError } from '../../shared/errors';
import type { KubeObject } from '../cluster/objects';
import { NODES } from '../cluster/resources';
import type { Api, Clock, Dispose } from '../cluster/types';
import type { NodesWord } from '../bot/nodeLost';
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
 * Whether nodes in question answer. Not watched: a node writes its status all day, and what a bot's row needs of it is asked for where a pod
 * looks lost, or was given up while its node was silent. A sign-in that may not see nodes simply does without.
 */
export function askNodes(options: {
  api: Api;
  clock: Clock;
  table: ClusterTable;
  live(): boolean;
  onNodes(nodes: NodesWord): void;
}): { kick(): void; dispose: Dispose } {
  const { api, clock, table } = options;
  const control = new AbortController();
  let told = false;
  let nextAt = 0;
  let cancel = clock.after(LOOK, look);

  function look(): void {
    cancel = clock.after(LOOK, look);
    const asked = [...table.nodesInQuestion()].slice(0, MOST);
    if (clock.now() < nextAt || !options.live() || (asked.length === 0 && !told)) return;
    nextAt = clock.now() + ASK_EVERY;
    void ask(asked);
  }
  async function ask(names: string[]): Promise<void> {
    try {
      const found = await Promise.all(names.map(async (name) => ({ name, ready: await readyOf(name) })));
      if (control.signal.aborted) return;
      const those = (wanted: string) => new Set(found.filter(({ ready }) => ready === wanted).map(({ name }) => name));
      told = found.length > 0;
      options.onNodes({ lost: those('Unknown'), answering: those('True') });
    } catch (thrown) {
      if (toAppError(thrown).code === 'FORBIDDEN') nextAt = clock.now() + REFUSED;
    }
  }
  /** Its condition `Ready`: `True`, `False`, or `Unknown` while it does not answer. */
  async function readyOf(name: string): Promise<string> {
    try {
      const { status } = await api.get<Node>(NODES, null, name, { signal: control.signal });
      return status?.conditions?.find(({ type }) => type === 'Ready')?.status ?? '';
    } catch (thrown) {
      // A machine that was given back.
      if (toAppError(thrown).code === 'NOT_FOUND') return '';
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
