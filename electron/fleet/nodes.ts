import { toAppError } from '../../shared/errors';
import type { KubeObject } from '../cluster/objects';
import { NODES } from '../cluster/resources';
import type { Api, Clock, Dispose } from '../cluster/types';
import type { NodesWord } from '../bot/nodeLost';
import type { Spare } from './spare';
import type { ClusterTable } from './table';

interface Node extends KubeObject {
  status?: { conditions?: { type: string; status: string }[] };
}

/** How often it is looked whether a node is in question, which costs no request; and how often one that is gets asked for at most, ms. */
const LOOK = 5_000;
const ASK_EVERY = 20_000;
/** A sign-in that may not see nodes is not asked again so soon, ms. */
const REFUSED = 600_000;

/**
 * Whether nodes in question answer. Not watched: a node writes its status all day, and what a bot's row needs of it is asked for where a pod
 * looks lost, or was given up while its node was silent. One node a turn, the one that was asked longest ago first, however many there are. What
 * one said stands until it says something else; one that was not asked yet, or could not be, is not known to answer. Where no sign-in may see
 * nodes rows do without.
 */
export function askNodes(options: {
  clock: Clock;
  spare: Spare;
  table: Pick<ClusterTable, 'nodesInQuestion' | 'setNodes'>;
  /** Those that live and watch, by their contexts. */
  signIns(): readonly { contextId: string; api: Api }[];
}): { kick(): void; dispose: Dispose } {
  const { clock, spare, table, signIns } = options;
  const control = new AbortController();
  /** Of nodes in question. `ready`: the condition, `''` where it is not known. */
  const known = new Map<string, { askedAt: number; ready: string }>();
  /** Contexts that may not see nodes, until then. */
  const refused = new Map<string, number>();
  let busy = false;
  let cancel = clock.after(LOOK, look);

  function look(): void {
    cancel = clock.after(LOOK, look);
    if (!busy) void round();
  }
  async function round(): Promise<void> {
    busy = true;
    while (due() !== undefined && who()) {
      await spare.turn('nodes');
      if (control.signal.aborted) return;
      // Nothing may be in question any more.
      const [name, api] = [due(), who()];
      if (name !== undefined && api) await ask(name, api.contextId, api.api);
      if (control.signal.aborted) return;
    }
    busy = false;
  }
  /** The one in question that was asked longest ago, if that is long ago enough. */
  function due(): string | undefined {
    const asked = table.nodesInQuestion();
    const over = [...known.keys()].filter((name) => !asked.has(name));
    for (const name of over) known.delete(name);
    if (over.length > 0) tell();
    const at = (name: string) => known.get(name)?.askedAt ?? -Infinity;
    // Asked later than now: the clock was set back.
    const isDue = (name: string) => at(name) + ASK_EVERY <= clock.now() || at(name) > clock.now();
    return [...asked].filter(isDue).sort((a, b) => at(a) - at(b))[0];
  }
  const who = () => signIns().find(({ contextId }) => (refused.get(contextId) ?? -Infinity) <= clock.now());

  async function ask(name: string, contextId: string, api: Api): Promise<void> {
    const before = known.get(name)?.ready ?? '';
    known.set(name, { askedAt: clock.now(), ready: before });
    try {
      known.get(name)!.ready = await readyOf(name, api);
    } catch (thrown) {
      if (control.signal.aborted) return;
      if (toAppError(thrown).code === 'FORBIDDEN') {
        refused.set(contextId, clock.now() + REFUSED);
        // Another sign-in may be asked at once.
        known.get(name)!.askedAt = -Infinity;
      }
      // That it answers is not known now; that it was silent stands until it says otherwise.
      if (before === 'True') known.get(name)!.ready = '';
    }
    if (!control.signal.aborted) tell();
  }
  function tell(): void {
    const those = (wanted: string) =>
      new Set([...known].flatMap(([name, { ready }]) => (ready === wanted ? name : [])));
    table.setNodes({ lost: those('Unknown'), answering: those('True') } satisfies NodesWord);
  }
  /** Its condition `Ready`: `True`, `False`, or `Unknown` while it does not answer. */
  async function readyOf(name: string, api: Api): Promise<string> {
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
    kick() {
      for (const one of known.values()) one.askedAt = -Infinity;
      refused.clear();
    },
    dispose() {
      cancel();
      control.abort();
    },
  };
}
