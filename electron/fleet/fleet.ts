import { Failure, type AppError } from '../../shared/errors';
import type { BotRef, BotRow, ClusterInfo, ConnectionStatus } from '../../shared/rows';
import { WATCHED_NAMESPACES } from '../../shared/watched';
import { fallbackIdentity, startReflector } from '../cluster';
import { createAddresses } from './addresses';
import { createBatch } from './batch';
import { factsDesk } from './botFacts';
import { describeCluster, describeContexts, nameOf } from './describe';
import { firm } from './firm';
import { createGroup, type Group } from './group';
import { createLater } from './later';
import { failed, OFF, openSlot, type OpenSlot, type Slot } from './members';
import { podsOfRows } from './podOfRow';
import { colourOf, displayNames, freshColour, NO_CHOICE } from './naming';
import { createSpare } from './spare';
import { listSeconds, lookSeconds, sparePerSecond, watchSeconds } from './watchSeconds';
import { createTurns } from './turns';
import { measureUsage } from './usage';
import type { Counters } from '../cluster/transport';
import { elsewhere, gone, noSuchCluster, notReached, seesNothing, turnedOff } from './sentences';
import type { ClusterConnection, ContextChoice, ContextEntry, Fleet, FleetOptions, PodTarget } from './types';

/** Contexts connect a few at a time, so that 50 of them do not ask at once; one that is slow to answer holds up nobody for longer, ms. */
const AT_ONCE = 8;
const PATIENCE = 2_000;
/** What no row waits for waits for a fleet's rows, but no longer, ms. */
const LATER = 10_000;
/** Times of last words and what was asked are told so often, ms; with 50 clusters there is a word at any time. */
const WORDS_EVERY = 10_000;
/** How long rows are worked out in one go, ms, and how many are told in one. */
const SLICE = 8;
const MOST_ROWS = 250;
/** Before a context that answered as another cluster is asked again, ms. */
const LOOK_AGAIN = 1_000;

/** All clusters that are on, as one table of bots and a list of clusters and contexts. */
export function createFleet(options: FleetOptions): Fleet {
  const { contexts, settings, clock, emit } = options;
  const slots = new Map<string, OpenSlot>();
  const refused = new Map<string, ConnectionStatus>();
  const groups = new Map<string, Group>();
  const addresses = createAddresses();
  /** Contexts that are on and vanished from the files: shown until turned off. */
  const ghosts = new Map<string, ContextEntry>();
  let entries: ContextEntry[] = [];
  let disposed = false;

  const rowBatch = createBatch({ clock, everyMs: rowsEvery, flush: tellRows });
  const statusBatch = createBatch({ clock, everyMs: () => Math.max(500, rowsEvery()), flush: tellStatus });
  const turn = createTurns(clock, AT_ONCE, PATIENCE);
  const later = createLater(clock, turn, () => [...slots.values()].some(isComing), LATER);
  const usage = measureUsage({ clock, countersOf, changed: word });
  /** Requests of the longest look yet. */
  let longestLook = 2;
  const listed = () => [...groups.values()].some((group) => group.scopes() > WATCHED_NAMESPACES);
  const spare = createSpare(clock, () => sparePerSecond(scopes(), listed(), longestLook));
  let told = { clusters: '', contexts: '', wordsAt: -Infinity };
  let wordsDue: (() => void) | null = null;

  const choiceOf = (id: string): ContextChoice => settings.get().contexts[id] ?? NO_CHOICE;
  const known = () => [...entries, ...ghosts.values()];
  const clusterOf = (slot?: Slot) => (slot?.identity ? addresses.clusterOf(slot.identity) : null);
  const groupOf = (slot: Slot) => groups.get(clusterOf(slot) ?? '');
  const groupById = (clusterId: string) => groups.get(addresses.clusterOf(clusterId));

  function* countersOf(): Iterable<[string, Counters]> {
    for (const { contextId, connection } of slots.values())
      if (connection) yield [contextId, connection.api.transport.counters];
  }
  /** While a fleet connects each cluster's rows come at once with the next ones': all that hangs on them is worked out a tenth as often. */
  function rowsEvery(): number {
    return [...slots.values()].filter(isComing).length > 1 ? 1_000 : 100;
  }
  /** One less may be on the way now. */
  function hasten(): void {
    statusBatch.hasten();
    rowBatch.hasten();
  }
  /** Its rows are on the way; who lets wait for him is not waited for. */
  function isComing(slot: Slot): boolean {
    const { phase, slow } = slot.status();
    if (phase === 'connecting' && !slow) return true;
    const group = groupOf(slot);
    // Asked ten times a second while much changes, and a status takes a look at every watch.
    if (!group || group.listed) return false;
    const first = group.status();
    return first.phase === 'connecting' && clock.now() - first.since < LATER;
  }
  /** Thousands of rows at once come in slices, so that nothing else waits long for its turn. */
  function tellRows(): boolean {
    const until = performance.now() + SLICE;
    const upserts: BotRow[] = [];
    const removes: string[] = [];
    let left = false;
    for (const { table } of groups.values()) {
      const delta = table.takeDelta(() => performance.now() > until, MOST_ROWS - upserts.length);
      upserts.push(...delta.upserts);
      removes.push(...delta.removes);
      left ||= delta.more;
    }
    removes.push(...dropped.splice(0));
    if (upserts.length > 0 || removes.length > 0)
      emit({ t: 'delta', upserts, removes, ...(left ? { more: true } : {}) });
    return left;
  }
  const dropped: string[] = [];

  /** Contexts were told, clusters follow in a turn of their own: of a large fleet either takes a while. */
  let half: { words: boolean } | null = null;
  /** Words arrive all the time: a list is told when something else than a time or a count changed; those go along, or every few seconds. */
  function tellStatus(): boolean {
    if (!half) {
      const words = told.wordsAt + WORDS_EVERY <= clock.now();
      const list = contextList();
      const text = firm(list);
      if (words || text !== told.contexts) emit({ t: 'contexts', list });
      told = { ...told, contexts: text };
      half = { words };
      return true;
    }
    const { words } = half;
    half = null;
    const now = clusters();
    const text = firm(now);
    if (words || text !== told.clusters) emit({ t: 'clusters', clusters: now });
    told = { ...told, clusters: text, wordsAt: words ? clock.now() : told.wordsAt };
    if (!words) word();
    return false;
  }
  /** A word came, and nothing else is new. */
  function word(): void {
    const wait = Math.max(0, told.wordsAt + WORDS_EVERY - clock.now());
    wordsDue ??= clock.after(wait, () => ((wordsDue = null), statusBatch.mark()));
  }

  function contextList() {
    return {
      contexts: describeContexts(known(), choiceOf, statusOf, (id) => clusterOf(slots.get(id)), usage.of),
      problems: contexts.problems(),
      addedFiles: settings.get().kubeconfigFiles,
    };
  }
  function clusters(): ClusterInfo[] {
    const entries = known();
    const names = displayNames(entries, choiceOf);
    return [...groups.values()].map((group) => describeCluster(group, entries, choiceOf, names));
  }
  function statusOf(id: string): ConnectionStatus {
    const slot = slots.get(id);
    if (!slot) return refused.get(id) ?? OFF;
    const status = slot.status();
    if (status.phase === 'live' && slot.connection?.access?.namespaces?.length === 0)
      return { ...status, phase: 'failed', error: seesNothing(labelOf(id)) };
    return groupOf(slot)?.statusOf(id, status) ?? status;
  }

  function turnOn(entry: ContextEntry): void {
    if (entry.problem) return;
    const result = contexts.target(entry.id);
    if (!result.ok) {
      refused.set(entry.id, failed(result.error, clock.now()));
      return;
    }
    refused.delete(entry.id);
    const fallback = choiceOf(entry.id).namespaces;
    slots.set(
      entry.id,
      openSlot({
        contextId: entry.id,
        target: result.target,
        fallback: fallback.length > 0 ? fallback : [result.target.namespace],
        turn,
        later,
        unhurried: async (wanted) => {
          await spare.turn('connections', wanted);
          if (wanted()) spare.spend();
        },
        connect: options.connect,
        clock,
        userAgent: options.userAgent,
        provider: entry.provider,
        onIdentity: joinGroup,
        onElsewhere: (slot, error) => leaveGroup(slot.contextId, clusterOf(slot)!, error),
        onChange(slot) {
          groupOf(slot)?.update();
          statusBatch.mark();
          if (!isComing(slot)) hasten();
        },
        onWord: word,
      }),
    );
  }

  function joinGroup(slot: Slot): void {
    const identity = slot.identity!;
    const address = fallbackIdentity(slot.target);
    const news = identity !== address && addresses.learn(address, identity);
    const id = addresses.clusterOf(identity);
    const group = groups.get(id) ?? openGroup(id);
    const order = known().findIndex((entry) => entry.id === slot.contextId);
    const { contextId, connection, fallback } = slot;
    group.join({ contextId, connection: connection!, identity, fallback, order, joinedAt: clock.now() });
    if (news) gather(address);
    statusBatch.mark();
  }
  /** Contexts that know the cluster by its address alone come along; what they showed as a cluster of its own is told anew. */
  function gather(address: string): void {
    for (const slot of [...slots.values()].filter((one) => one.identity === address)) {
      for (const group of groups.values()) group.leave(slot.contextId, elsewhere(labelOf(slot.contextId)));
      joinGroup(slot);
    }
    const former = groups.get(address);
    if (former) drop(former);
  }
  function drop(group: Group): void {
    dropped.push(...group.table.rows().map((row) => row.id));
    group.dispose();
    groups.delete(group.id);
    rowBatch.mark();
  }
  function openGroup(id: string): Group {
    const group = createGroup({
      id,
      clock,
      reflect: options.reflect ?? startReflector,
      watchSeconds: () => watchSeconds(scopes(), clock.random()),
      listSeconds: () => listSeconds(scopes(), clock.random()),
      lookSeconds(requests) {
        longestLook = Math.max(longestLook, requests);
        return lookSeconds(scopes(), requests, clock.random());
      },
      spare,
      later,
      onRows: rowBatch.mark,
      onStatus() {
        statusBatch.mark();
        hasten();
      },
      onWord: word,
      onWrongCluster: (contextId, error) => leaveGroup(contextId, id, error),
    });
    groups.set(id, group);
    return group;
  }
  /**
   * The context leads elsewhere: its old rows stay as they were, and it is asked anew who it is. So are those who know the
   * cluster by the same address alone: they could not tell.
   */
  function leaveGroup(contextId: string, id: string, error: AppError): void {
    const slot = slots.get(contextId);
    const address = slot && fallbackIdentity(slot.target);
    const told = slot && slot.identity !== address;
    if (told) addresses.forget(address!);
    for (const one of [...slots.values()]) {
      if (one !== slot && !(told && one.identity === address)) continue;
      groups.get(id)?.leave(one.contextId, { ...elsewhere(labelOf(one.contextId)), cause: error.cause });
      one.reconnect(LOOK_AGAIN);
    }
    statusBatch.mark();
  }
  /** Clusters, and where a sign-in sees single namespaces only each of those: so many are asked by themselves. */
  function scopes(): number {
    const coming = [...slots.values()].filter((slot) => !groupOf(slot)).map((slot) => slot.fallback.length);
    return [...coming, ...[...groups.values()].map((group) => group.scopes())].reduce((sum, more) => sum + more, 0);
  }
  const labelOf = (contextId: string) => nameOf(contextId, known(), choiceOf);

  /** `reason` null: the trader turned it off, what it showed goes with it. */
  function turnOff(id: string, reason: AppError | null): void {
    const slot = slots.get(id);
    slots.delete(id);
    refused.delete(id);
    if (slot) for (const group of groups.values()) group.leave(id, reason ?? turnedOff(labelOf(id)));
    slot?.dispose();
  }

  /** Rows of a cluster live as long as one context that showed them is on. */
  function sweep(): void {
    for (const group of groups.values())
      if (![...group.origins].some((origin) => choiceOf(origin).enabled)) drop(group);
  }

  function refreshContexts(): void {
    if (disposed) return;
    const before = new Map(known().map((entry) => [entry.id, entry]));
    entries = contexts.list();
    const listed = new Map(entries.map((entry) => [entry.id, entry]));
    for (const [id, entry] of before) {
      if (listed.has(id) || !choiceOf(id).enabled) ghosts.delete(id);
      else ghosts.set(id, { ...entry, problem: gone(entry.name) });
    }
    for (const id of [...new Set([...slots.keys(), ...refused.keys()])]) {
      const entry = listed.get(id);
      if (!choiceOf(id).enabled) turnOff(id, null);
      else if (!entry || entry.problem) turnOff(id, entry?.problem ?? gone(labelOf(id)));
    }
    for (const entry of entries) {
      if (!choiceOf(entry.id).enabled) continue;
      const slot = slots.get(entry.id);
      if (slot && !differs(slot, entry.id)) continue;
      if (slot) turnOff(entry.id, reconnecting(labelOf(entry.id)));
      turnOn(entry);
    }
    sweep();
    statusBatch.mark();
    hasten();
  }
  const reconnecting = (name: string): AppError => ({
    code: 'UNREACHABLE',
    message: `${name} is being connected anew.`,
  });

  function differs(slot: OpenSlot, id: string): boolean {
    const result = contexts.target(id);
    if (!result.ok) return true;
    const namespaces = choiceOf(id).namespaces;
    const fallback = namespaces.length > 0 ? namespaces : [result.target.namespace];
    return result.target.fingerprint !== slot.target.fingerprint || fallback.join() !== slot.fallback.join();
  }

  function connectionOf(clusterId: string, namespace?: string): ClusterConnection {
    const group = groupById(clusterId);
    if (!group) throw new Failure(noSuchCluster());
    const member = group.best(namespace);
    const access = group.access();
    // Asked for by everything that looks at a row: what costs is worked out for who wants it.
    const info = () => describeCluster(group, known(), choiceOf);
    if (!member || member.connection.status.phase === 'failed')
      throw new Failure(notReached(info().name, group.status().error));
    const { connection } = member;
    return {
      clusterId,
      contextId: member.contextId,
      get name() {
        return info().name;
      },
      get namespace() {
        return info().namespace;
      },
      namespaces: access?.namespaces ?? null,
      access,
      provider: connection.provider,
      skewMs: connection.status.skewMs ?? 0,
      api: connection.api,
      verify: async (identity = clusterId) => {
        if (groupById(identity) !== group) throw new Failure(elsewhere(info().name));
        await group.verify(member);
      },
    };
  }

  function findPod(bot: BotRef): PodTarget | null {
    const row = groupById(bot.clusterId)?.table.row(bot.namespace, bot.name);
    if (!row?.hasPod || row.uid !== bot.uid) return null;
    return { podName: row.podName, podUid: row.podUid, container: row.container, namespace: row.namespace };
  }

  refreshContexts();

  return {
    contextList,
    clusters,
    marked: () => [...groups.values()].flatMap((group) => group.table.marked()),
    rows() {
      rowBatch.flush();
      return [...groups.values()].flatMap((group) => group.table.rows());
    },
    setEnabled(which, on) {
      const ids = typeof which === 'string' ? [which] : which;
      const changed: Record<string, ContextChoice> = {};
      const used = known().filter((entry) => !ids.includes(entry.id) && choiceOf(entry.id).enabled);
      const colours = used.map((entry) => colourOf(entry.id, choiceOf(entry.id)));
      for (const id of ids) {
        const choice = choiceOf(id);
        const colour = on ? (choice.colour ?? freshColour(colours, colourOf(id, choice))) : choice.colour;
        changed[id] = { ...choice, enabled: on, colour };
        if (on && colour !== null) colours.push(colour);
      }
      settings.patch({ contexts: { ...settings.get().contexts, ...changed } });
      refreshContexts();
    },
    retry(id) {
      const slot = slots.get(id);
      if (slot) {
        slot.retry();
        groupOf(slot)?.kick(id);
      } else refreshContexts();
      statusBatch.mark();
    },
    kick(far) {
      for (const [id, slot] of slots) {
        const transport = slot.connection?.api.transport;
        const concerned = !far || transport?.ways().some(({ to }) => far.includes(to));
        if (concerned) transport?.reset();
        else if (statusOf(id).phase === 'live') continue;
        slot.retry();
        groupOf(slot)?.kick(id);
      }
    },
    look: (clusterId, namespace) => groupById(clusterId)?.look(namespace),
    ways: () => [...slots.values()].flatMap(({ connection }) => connection?.api.transport.ways() ?? []),
    refreshContexts,
    connectionOf,
    findPod,
    facts: factsDesk(groupById),
    spare,
    podOfRow: podsOfRows(groupById),
    subscribe() {
      rowBatch.flush();
      emit({ t: 'contexts', list: contextList() });
      emit({ t: 'clusters', clusters: clusters() });
      emit({ t: 'rows', rows: [...groups.values()].flatMap((group) => group.table.rows()) });
    },
    dispose() {
      disposed = true;
      rowBatch.dispose();
      statusBatch.dispose();
      usage.dispose();
      spare.dispose();
      wordsDue?.();
      for (const slot of slots.values()) slot.dispose();
      for (const group of groups.values()) group.dispose();
      slots.clear();
      groups.clear();
    },
  };
}
