import type { BotRow } from '../../shared/rows';
import { givenUpOf } from '../bot/givenUp';
import { isNodeLost, isOverdue, mayBeLost, type NodesWord } from '../bot/nodeLost';
import { rowOf, type Told } from '../bot/row';
import type { Event, Pod, StatefulSet } from '../cluster/objects';
import type { Clock } from '../cluster/types';
import { createStore, keyOf, type Store } from './store';

export interface ClusterTable {
  readonly workloads: Store<StatefulSet>;
  readonly pods: Store<Pod>;
  /** Rows as they are now; those that changed since are worked out first. */
  rows(): BotRow[];
  row(namespace: string, name: string): BotRow | undefined;
  /** Those with the mark of an operation, as told so far. */
  marked(): BotRow[];
  podsOf(key: string): Pod[];
  /** By the server's clock. ms since 1970 */
  now(): number;
  /** What changed since the last call, as the renderer must hear it; once it is `late` no more is worked out, and `most` rows are given. */
  takeDelta(late?: () => boolean, most?: number): { upserts: BotRow[]; removes: string[]; more: boolean };
  /** Bots that do not start and whose objects do not say why, with the time this was first seen. */
  unexplained(): Unexplained[];
  /** What the server's events say of them; used while they have not started. */
  setEvents(key: string, events: Event[]): void;
  setNodes(nodes: NodesWord): void;
  /** Nodes whose own word is needed: pods there look lost, or were given up while the node was silent. */
  nodesInQuestion(): Set<string>;
  /** Why rows of a namespace can't be judged ('' where they can), e.g. pods may not be read. */
  setBlind(blind: (namespace: string) => string): void;
  /** What a reading by exec told of the bot with this uid; what is left out stays. Forgotten when it is gone. */
  tell(key: string, uid: string, told: Partial<Told>): void;
  /** Time passed: rows whose state hangs on time are worked out again. */
  tick(): void;
}

export interface Unexplained {
  key: string;
  namespace: string;
  /** Of the pod, or of the workload that has none. */
  uid: string;
  /** ms since 1970 */
  since: number;
}

/** One cluster's bots: workloads and their pods become flat rows; only rows that really differ are told. */
export function createTable(options: {
  clusterId: string;
  clock: Clock;
  /** Time by the server's clock, which all times in objects go by; missing: this machine's. ms since 1970 */
  serverNow?(): number;
  onDirty(): void;
}): ClusterTable {
  const { clusterId, clock, onDirty, serverNow = clock.now } = options;
  const rows = new Map<string, BotRow>();
  const podsOf = new Map<string, Set<string>>();
  const events = new Map<string, Event[]>();
  const starting = new Map<string, Unexplained>();
  const told = new Map<string, Told & { uid: string }>();
  const dirty = new Set<string>();
  const changed = new Set<string>();
  const removed = new Set<string>();
  const withMark = new Set<string>();
  let nodesWord: NodesWord = { lost: new Set(), answering: new Set() };
  let blind: (namespace: string) => string = () => '';
  /** Why rows could not be judged, where they could not. */
  const blinds = new Map<string, string>();
  /** By how much the server's clock was ahead when rows were last gone over, seconds. */
  let ahead = 0;

  function mark(key: string): void {
    dirty.add(key);
    onDirty();
  }
  /** Keys of workloads with pods that were given up, and of pods that are not simply well: of thousands they are few. */
  const withGivenUp = new Set<string>();
  const notWell = new Set<string>();
  const keep = (keys: Set<string>, key: string, whether: boolean) => (whether ? keys.add(key) : keys.delete(key));
  const workloads = createStore<StatefulSet>((workload) => {
    const key = keyOf(workload);
    const now = workloads.get(key);
    keep(withGivenUp, key, now !== undefined && givenUpOf(now).length > 0);
    mark(key);
  });
  const pods = createStore<Pod>((pod) => {
    const owner = ownerKey(pod);
    if (!owner) return;
    const key = keyOf(pod);
    const now = pods.get(key);
    keep(notWell, key, now !== undefined && mayBeLost(now));
    const known = podsOf.get(owner) ?? new Set<string>();
    if (now === undefined) known.delete(key);
    else known.add(key);
    if (known.size > 0) podsOf.set(owner, known);
    else podsOf.delete(owner);
    mark(owner);
  });

  function podsFor(key: string): Pod[] {
    const found = [...(podsOf.get(key) ?? [])].map((podKey) => pods.get(podKey));
    return found.filter((pod): pod is Pod => pod !== undefined && ownerKey(pod) === key);
  }

  function work(key: string): void {
    const workload = workloads.get(key);
    const own = workload ? podsFor(key) : [];
    if (told.get(key) && told.get(key)!.uid !== workload?.metadata.uid) told.delete(key);
    const made =
      workload &&
      rowOf({
        clusterId,
        workload,
        pods: own,
        events: events.get(key),
        nodes: nodesWord,
        now: serverNow(),
        told: told.get(key),
      });
    const why = made ? blind(made.namespace) : '';
    const row = made && blinded(made, why);
    if (why) blinds.set(key, why);
    else blinds.delete(key);
    question(key, row);
    // A reporter's word goes with its pod; what it told last stays known.
    if (row?.state === 'running' && row.trading?.by === 'reporter' && told.get(key)?.reading?.at !== row.trading.at)
      told.set(key, { reading: row.trading, notRead: '', uid: row.uid });
    keep(withMark, key, (row?.operation ?? null) !== null);
    const before = rows.get(key);
    if (row && before && same(row, before)) return;
    if (before && before.id !== row?.id) forget(before.id);
    if (row) {
      rows.set(key, row);
      changed.add(key);
      removed.delete(row.id);
    } else if (before) rows.delete(key);
    if (!row) changed.delete(key);
  }
  /** Starting, or in trouble by what events said: the question stays open until the bot runs, stops or is another one. */
  function question(key: string, row: BotRow | null | undefined): void {
    const uid = row?.podUid || row?.uid;
    const open = row?.state === 'starting' || (row?.state === 'trouble' && events.has(key));
    if (open && uid && starting.get(key)?.uid === uid) return;
    events.delete(key);
    if (open && uid) starting.set(key, { key, namespace: row.namespace, uid, since: clock.now() });
    else starting.delete(key);
  }
  const forget = (id: string) => void removed.add(id);

  function settle(late: () => boolean = () => false): void {
    for (const key of dirty) {
      if (late()) return;
      dirty.delete(key);
      work(key);
    }
  }

  return {
    workloads,
    pods,
    rows: () => (settle(), [...rows.values()]),
    row: (namespace, name) => (settle(), rows.get(`${namespace}/${name}`)),
    marked: () => [...withMark].flatMap((key) => rows.get(key) ?? []),
    podsOf: podsFor,
    now: serverNow,
    takeDelta(late, most = Infinity) {
      settle(late);
      const upserts: BotRow[] = [];
      for (const key of changed) {
        if (upserts.length >= most) break;
        changed.delete(key);
        const row = rows.get(key);
        if (row) upserts.push(row);
      }
      const removes = [...removed];
      removed.clear();
      return { upserts, removes, more: dirty.size + changed.size > 0 };
    },
    unexplained: () => (settle(), [...starting.values()]),
    setEvents(key, found) {
      if (!starting.has(key)) return;
      events.set(key, found);
      mark(key);
    },
    setNodes(next) {
      const differs = [...difference(nodesWord.lost, next.lost), ...difference(nodesWord.answering, next.answering)];
      nodesWord = next;
      if (differs.length === 0) return;
      for (const [key, row] of rows) {
        const givenUp = givenUpOf(workloads.get(key)!).map(({ node }) => node);
        if ([row.node, ...givenUp].some((node) => differs.includes(node))) mark(key);
      }
    },
    nodesInQuestion() {
      const now = serverNow();
      const looked = nodesWord.lost.size > 0 ? [...pods.values()] : [...notWell].map((key) => pods.get(key)!);
      const lost = looked.filter((pod) => isNodeLost(pod, nodesWord, now) || isOverdue(pod, now));
      const given = [...withGivenUp].flatMap((key) => givenUpOf(workloads.get(key)!).map(({ node }) => node));
      return new Set([...lost.map((pod) => pod.spec.nodeName ?? ''), ...given].filter((node) => node !== ''));
    },
    setBlind(next) {
      blind = next;
      const whys = new Map<string, string>();
      for (const [key, { namespace }] of rows) {
        const why = whys.get(namespace) ?? next(namespace);
        whys.set(namespace, why);
        if (why !== (blinds.get(key) ?? '')) mark(key);
      }
    },
    tell(key, uid, what) {
      if (workloads.get(key)?.metadata.uid !== uid) return;
      told.set(key, { reading: null, notRead: '', ...told.get(key), ...what, uid });
      mark(key);
    },
    tick() {
      // Another word of the server's clock moves all ages, also back: what no longer hung on time may do so again.
      const before = ahead;
      ahead = Math.round((serverNow() - clock.now()) / 1000);
      for (const [key, row] of rows) {
        const settled = row.state === 'stopped' || (row.state === 'running' && !row.reason);
        if (!settled || row.operation || ahead !== before) mark(key);
      }
    },
  };
}

/** A pod is its controller's by name: a pod left from the workload's former life still stands in its way. */
export function ownerKey(pod: Pod): string | null {
  const owner = pod.metadata.ownerReferences?.find((one) => one.controller && one.kind === 'StatefulSet');
  return owner ? `${pod.metadata.namespace ?? ''}/${owner.name}` : null;
}

function blinded(row: BotRow, why: string): BotRow {
  if (!why) return row;
  return { ...row, state: 'unknown', reason: why, status: row.hasPod ? row.status : 'Unknown' };
}

function same(a: BotRow, b: BotRow): boolean {
  for (const key of Object.keys(a) as (keyof BotRow)[]) {
    if (key === 'operation' || key === 'trading') {
      if (JSON.stringify(a[key]) !== JSON.stringify(b[key])) return false;
    } else if (a[key] !== b[key]) return false;
  }
  return true;
}

/** What only one of two sets has. */
const difference = (one: ReadonlySet<string>, other: ReadonlySet<string>): string[] => [
  ...[...one].filter((name) => !other.has(name)),
  ...[...other].filter((name) => !one.has(name)),
];
