import type { Alert } from '../../shared/alerts';
import { begin, REOPEN, type Entry, type Part } from './alertEntry';
import type { Kept, KeptAlert } from './alertKept';
import { wordsOf } from './alertWords';

interface Told {
  id: string;
  kind: Alert['kind'];
  gather: string;
  practice: boolean;
  since: number;
  seen: boolean;
  parts: Part[];
}
type EntryOf = (key: string) => Entry | undefined;

/** Clusters whose loss is told within so long of the first are told in one, ms. */
const TOGETHER = 60_000;
/** What is found in trouble within so long of the summary belongs to it, ms. */
const SAME_START = 120_000;
/** Alerts kept at most; over ones go first. */
const MOST = 300;
const PARTS_TOLD = 100;
/** Of ten thousand bots in trouble so many are remembered. */
const PARTS_KEPT = 500;

interface ListOptions {
  now(): number;
  newId(): string;
  /** How many real or practice clusters are on. */
  clusters(practice: boolean): number;
}

/** The alerts that were told and not dismissed. */
export function createAlertList({ now, newId, clusters }: ListOptions) {
  const alerts = new Map<string, Told>();
  let opened: string[] = [];
  let version = 0;
  let readings = 0;
  const isOver = ({ parts }: Told): boolean => parts.every(({ endedAt }) => endedAt !== null);
  const isOpen = ({ part }: Entry): boolean => part !== null && part.endedAt === null;

  function partOf(entry: Entry, at: number): Part {
    const { key, kind, lineId, cluster, bot, sentence, hint, readAt } = entry;
    const said = { sentence, hint, readAt, since: at, endedAt: null };
    return (entry.part = { key, kind, clusterId: lineId, cluster, bot, ...said });
  }
  function make(kind: Told['kind'], gather: string, entries: readonly Entry[], at: number): Told {
    const parts = entries.map((entry) => partOf(entry, at));
    const made = { id: newId(), kind, gather, practice: entries[0]!.practice, since: at, seen: false, parts };
    alerts.set(made.id, made);
    if (alerts.size > MOST) alerts.delete(([...alerts.values()].find(isOver) ?? alerts.values().next().value!).id);
    return made;
  }
  function join(found: Told, entries: readonly Entry[], at: number): void {
    found.parts.push(...entries.map((entry) => partOf(entry, at)));
  }
  /** The same occurrence again: it is no news. */
  function reopen(entry: Entry): boolean {
    if (!entry.part) return false;
    entry.part.endedAt = null;
    return true;
  }
  function openTogether(gather: string, kind: Told['kind'], at: number): Told | undefined {
    return [...alerts.values()].find(
      (one) => one.gather === gather && !isOver(one) && (kind !== 'lostCluster' || at - one.since < TOGETHER),
    );
  }

  function openEarly(entries: readonly Entry[], at: number): void {
    const [first] = entries;
    const { practice } = first!;
    const recent = [...alerts.values()].find(
      (one) => one.kind === 'atStart' && one.practice === practice && at - one.since < SAME_START,
    );
    if (recent) return join(recent, entries, at);
    const alike = entries.every(({ gather }) => gather === first!.gather);
    const found = alike && openTogether(first!.gather, first!.kind, at);
    if (found) join(found, entries, at);
    else if (alike) make(first!.kind, first!.gather, entries, at);
    else make('atStart', `atStart|${at}|${String(practice)}`, entries, at);
  }

  function describe(one: Told, entryOf: EntryOf): Alert {
    const { id, kind, practice, since, seen, parts } = one;
    const over = isOver(one);
    const endedAt = over ? Math.max(...parts.map((part) => part.endedAt ?? 0)) : null;
    const asBefore = !over && parts.every(({ key, endedAt }) => endedAt !== null || entryOf(key)?.asBefore === true);
    const shown = parts.slice(0, PARTS_TOLD).map(({ key: _, ...part }) => part);
    const { sentence, hint } = wordsOf(kind, parts, clusters(practice));
    return { id, kind, practice, sentence, hint, since, endedAt, seen, asBefore, parts: shown, count: parts.length };
  }

  return {
    isOpen,
    /** What has lasted long enough is told; `early`: it was so when the app began to look. */
    open(entries: readonly Entry[], at: number, early = false): void {
      if (entries.length === 0) return;
      version++;
      const fresh = entries.filter((entry) => !reopen(entry));
      if (fresh.length > 0 && early) return openEarly(fresh, at);
      for (const entry of fresh) {
        const found = openTogether(entry.gather, entry.kind, at);
        if (found) join(found, [entry], at);
        else opened.push(make(entry.kind, entry.gather, [entry], at).id);
      }
    },
    /** Its words may have changed. */
    refresh(entry: Entry): void {
      const { part, sentence, hint, cluster, readAt } = entry;
      if (!part || part.endedAt !== null) return;
      if (part.sentence !== sentence || part.cluster !== cluster) version++;
      else if (part.readAt !== readAt) readings++;
      Object.assign(part, { sentence, hint, cluster, readAt });
    },
    end(entry: Entry, at: number): void {
      if (!isOpen(entry)) return;
      entry.part!.endedAt = at;
      version++;
    },
    see(ids?: readonly string[]): void {
      for (const one of alerts.values()) if (!ids || ids.includes(one.id)) one.seen = true;
      version++;
    },
    dismiss(ids: readonly string[] | undefined, entries: Iterable<Entry>): void {
      const gone = [...alerts.values()].filter((one) => !ids || ids.includes(one.id));
      const parts = new Set(gone.flatMap((one) => one.parts));
      for (const one of gone) alerts.delete(one.id);
      for (const entry of entries)
        if (entry.part && parts.has(entry.part)) Object.assign(entry, { part: null, muted: true });
      version++;
    },
    told: (entryOf: EntryOf): Alert[] =>
      [...alerts.values()]
        .map((one) => describe(one, entryOf))
        .sort((a, b) => Number(a.endedAt !== null) - Number(b.endedAt !== null) || b.since - a.since),
    takeOpened(entryOf: EntryOf): Alert[] {
      const ids = opened;
      opened = [];
      return ids.flatMap((id) => alerts.get(id) ?? []).map((one) => describe(one, entryOf));
    },
    kept(entries: Iterable<Entry>): Kept {
      const real = [...alerts.values()].filter(({ practice }) => !practice);
      const muted = [...entries].filter((entry) => entry.muted && entry.on && !entry.practice);
      return {
        version: 1,
        alerts: real.map(({ practice: _, ...one }): KeptAlert => ({ ...one, parts: one.parts.slice(0, PARTS_KEPT) })),
        muted: muted.map(({ key, kind, gather, lineId, bot }) => ({ key, kind, gather, clusterId: lineId, bot })),
      };
    },
    /** What an earlier run told: its alerts stand again; gives the occurrences they are about. */
    takeKept(kept: Kept | undefined): Entry[] {
      const at = now();
      const entries: Entry[] = [];
      for (const one of kept?.alerts ?? []) {
        alerts.set(one.id, { ...one, practice: false });
        for (const part of one.parts) {
          const { key, kind, clusterId, bot, endedAt } = part;
          if (endedAt !== null && at - endedAt >= REOPEN) continue;
          const gather = one.kind === 'atStart' ? key : one.gather;
          const entry = begin({ key, kind, gather, lineId: clusterId, bot, early: false, at: endedAt ?? at });
          const { sentence, hint, cluster, readAt } = part;
          entries.push(Object.assign(entry, { sentence, hint, cluster, readAt, part, on: endedAt === null }));
          entry.asBefore = entry.on;
        }
      }
      for (const { clusterId, ...shape } of kept?.muted ?? [])
        entries.push({ ...begin({ ...shape, lineId: clusterId, early: false, at }), on: true, muted: true });
      return entries;
    },
    get version() {
      return version;
    },
    /** Rises when a bot was read anew and says what it said before. */
    get readings() {
      return readings;
    },
  };
}
