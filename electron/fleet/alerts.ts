import type { Alert } from '../../shared/alerts';
import type { BotRow } from '../../shared/rows';
import { isLost, type Line } from './alertLines';
import { createAlertList } from './alertList';
import type { Kept } from './alertKept';
import { signsOf, type Facts, type Sign } from './alertSigns';
import { about, begin, calmOf, isDue, lost, REOPEN, restart, turn, type Entry } from './alertEntry';

/** A bot or cluster first seen this long after its cluster came to life was in trouble before the app looked, ms. */
const FIRST_LOOK = 20_000;
/** What was in trouble already is gathered for so long, ms. */
const GATHER = 5_000;
/** Between two ticks; a much longer gap means that the machine slept, ms. */
const ASLEEP = 60_000;
/** A cluster lost so long goes along when another's loss is told, ms. */
const LOST_TOO = 15_000;

export interface Alerts {
  /** The whole table. */
  rows(rows: readonly BotRow[]): void;
  change(upserts: readonly BotRow[], removes: readonly string[]): void;
  /** Something beside its row is known of a bot (`facts`). */
  look(rowId: string): void;
  lines(lines: readonly Line[]): void;
  /** Every few seconds: what lasts is told, what is over ends. */
  tick(): void;
  /** Without ids: all. */
  see(ids?: readonly string[]): void;
  dismiss(ids?: readonly string[]): void;
  /** What is open first, newest first. */
  list(): Alert[];
  /** Opened since the last call: what the system may be told. */
  takeOpened(): Alert[];
  kept(): Kept;
  /** Grows with every change of the list, but for new readings. */
  readonly version: number;
  /** Grows when a bot was read anew and says what it said. */
  readonly readings: number;
}

export interface AlertsOptions {
  /** ms since 1970 */
  now(): number;
  newId(): string;
  kept?: Kept;
  facts?(row: BotRow): Facts;
}

/** What is worth telling of a fleet, each occurrence once. Pure but for the clock that is given. */
export function createAlerts(options: AlertsOptions): Alerts {
  const { now, facts = () => ({}) } = options;
  const rows = new Map<string, BotRow>();
  const lines = new Map<string, Line & { liveSince: number | null }>();
  /** By key; only of what is or was worth a word. */
  const entries = new Map<string, Entry>();
  const byRow = new Map<string, Set<string>>();
  const list = createAlertList({
    ...options,
    clusters: (practice) => [...lines.values()].filter((line) => line.practice === practice).length,
  });
  let earlyDueAt: number | null = null;
  const begunAt = now();
  let tickedAt = begunAt;
  for (const entry of list.takeKept(options.kept)) keep(entry);

  function keep(entry: Entry): void {
    entries.set(entry.key, entry);
    const rowId = entry.bot?.id;
    if (rowId) byRow.set(rowId, (byRow.get(rowId) ?? new Set()).add(entry.key));
  }
  function forget(entry: Entry): void {
    entries.delete(entry.key);
    const keys = byRow.get(entry.bot?.id ?? '');
    keys?.delete(entry.key);
    if (keys?.size === 0) byRow.delete(entry.bot!.id);
  }

  function judge(row: BotRow, first: boolean): void {
    const line = lines.get(row.clusterId);
    const before = byRow.get(row.id);
    const wasFull = [...(before ?? [])].some((key) => key.startsWith('volumeFull|') && entries.get(key)!.on);
    const signs = signsOf(row, now() + (line?.skewMs ?? 0), { ...facts(row), wasFull });
    if (signs.length === 0 && !before) return;
    const on = new Set<string>();
    for (const sign of signs) {
      const key = [sign.kind, row.id, row.uid, ...(sign.occurrence ? [sign.occurrence] : [])].join('|');
      on.add(key);
      turnOn(key, sign, row, first);
    }
    for (const key of before ?? []) if (!on.has(key)) turn(entries.get(key)!, false, now());
  }
  function turnOn(key: string, sign: Sign, row: BotRow, first: boolean): void {
    const line = lines.get(row.clusterId);
    let entry = entries.get(key);
    if (!entry) {
      const liveSince = line?.liveSince ?? null;
      const early = first && (liveSince === null || now() - liveSince < FIRST_LOOK);
      const gather = sign.gather ? `${sign.kind}|${sign.gather}` : key;
      const bot = { id: row.id, namespace: row.namespace, name: row.name };
      entry = begin({ ...{ key, gather, bot, early }, kind: sign.kind, lineId: row.clusterId, at: now() });
      keep(entry);
    }
    entry.practice = line?.practice ?? entry.practice;
    about(entry, sign, row, line ?? { name: entry.cluster, skewMs: 0 }, now());
    list.refresh(entry);
  }
  /** The bot or the cluster is gone: there is nothing left to be in trouble. */
  function end(entry: Entry): void {
    turn(entry, false, now());
    entry.gone = true;
  }

  function take(row: BotRow): void {
    const first = !rows.has(row.id);
    rows.set(row.id, row);
    judge(row, first);
  }
  function drop(id: string): void {
    rows.delete(id);
    for (const key of byRow.get(id) ?? []) end(entries.get(key)!);
  }

  /** A cluster that an earlier run lost is known by its context alone until it answers. */
  function namesake({ id, name }: Line): Entry | undefined {
    if (!id.startsWith('context:')) return undefined;
    const found = [...entries.values()].find(
      (entry) => entry.kind === 'lostCluster' && entry.asBefore && entry.cluster === name && !lines.has(entry.lineId),
    );
    if (found) rekey(found, id);
    return found;
  }
  function rekey(entry: Entry, lineId: string): void {
    entries.delete(entry.key);
    Object.assign(entry, { lineId, key: `lostCluster|${lineId}` });
    if (entry.part) Object.assign(entry.part, { clusterId: lineId, key: entry.key });
    entries.set(entry.key, entry);
  }

  function takeLines(given: readonly Line[]): void {
    const present = new Set(given.map(({ id }) => id));
    for (const [id, line] of lines) {
      if (present.has(id)) continue;
      lines.delete(id);
      for (const entry of entries.values()) if (entry.lineId === line.id) end(entry);
    }
    for (const line of given) {
      const before = lines.get(line.id);
      const live = line.phase === 'live';
      lines.set(line.id, { ...line, liveSince: before?.liveSince ?? (live ? now() : null) });
      const key = `lostCluster|${line.id}`;
      let entry = entries.get(key) ?? namesake(line);
      if (isLost(line)) {
        const early = before?.liveSince == null;
        const shape = { key, kind: 'lostCluster' as const, bot: null, lineId: line.id, early, at: now() };
        if (!entry) keep((entry = begin({ ...shape, gather: `lostCluster|${line.practice ? 'practice' : 'real'}` })));
        lost(entry, line, now());
        list.refresh(entry);
      } else if (entry && line.phase !== 'connecting') turn(entry, false, now());
    }
  }

  /** Whether the app's word on it is current: of a lost cluster nothing ends, and nothing begins. */
  const isCurrent = ({ kind, lineId, gone }: Entry): boolean =>
    kind === 'lostCluster' || gone || lines.get(lineId)?.phase === 'live';
  /** A bot of which an earlier run told, and that is not there any more. */
  function isMissing({ bot, lineId }: Entry): boolean {
    const line = lines.get(lineId);
    if (bot === null) return !line && lines.size > 0 && now() - begunAt > FIRST_LOOK;
    return !rows.has(bot.id) && !!line?.liveSince && now() - line.liveSince > FIRST_LOOK;
  }

  function tick(): void {
    const at = now();
    if (at - tickedAt > ASLEEP) for (const entry of entries.values()) restart(entry, at);
    tickedAt = at;
    const due: Entry[] = [];
    for (const entry of entries.values()) {
      if (!entry.gone && isMissing(entry)) end(entry);
      const row = rows.get(entry.bot?.id ?? '');
      // Time passes without a word from the cluster, too.
      if (entry.on && row && entry.kind === 'outOfMemory') judge(row, false);
      if (entry.on) {
        if (!entry.muted && !list.isOpen(entry) && isCurrent(entry) && isDue(entry, at)) due.push(entry);
      } else if (isCurrent(entry) && at - entry.since >= calmOf(entry, row)) {
        list.end(entry, at);
        if ((!entry.part && !entry.muted) || at - entry.since >= REOPEN) forget(entry);
      }
    }
    if (due.some(({ kind }) => kind === 'lostCluster'))
      for (const entry of entries.values()) {
        const along = entry.kind === 'lostCluster' && entry.on && !entry.muted && !list.isOpen(entry);
        if (along && !due.includes(entry) && at - entry.since >= LOST_TOO) due.push(entry);
      }
    tell(due, at);
  }

  function tell(due: Entry[], at: number): void {
    for (const entry of due) entry.practice = lines.get(entry.lineId)?.practice ?? entry.practice;
    const isEarly = (entry: Entry) => entry.early && !entry.part;
    const early = due.filter(isEarly);
    for (const entry of due) if (!isEarly(entry)) list.open([entry], at);
    if (early.length === 0) return void (earlyDueAt = null);
    earlyDueAt ??= at;
    if (at - earlyDueAt < GATHER) return;
    earlyDueAt = null;
    for (const practice of [false, true])
      list.open(
        early.filter((one) => one.practice === practice),
        at,
        true,
      );
  }

  return {
    rows(given) {
      const ids = new Set(given.map(({ id }) => id));
      for (const id of [...rows.keys()]) if (!ids.has(id)) drop(id);
      given.forEach(take);
    },
    change(upserts, removes) {
      removes.forEach(drop);
      upserts.forEach(take);
    },
    look(rowId) {
      const row = rows.get(rowId);
      if (row) judge(row, false);
    },
    lines: takeLines,
    tick,
    see: list.see,
    dismiss: (ids) => list.dismiss(ids, entries.values()),
    list: () => list.told((key) => entries.get(key)),
    takeOpened: () => list.takeOpened((key) => entries.get(key)),
    kept: () => list.kept(entries.values()),
    get version() {
      return list.version;
    },
    get readings() {
      return list.readings;
    },
  };
}
