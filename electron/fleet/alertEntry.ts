import type { AlertKind, AlertPart } from '../../shared/alerts';
import type { BotRow } from '../../shared/rows';
import type { Line } from './alertLines';
import type { Sign } from './alertSigns';

/** A part of an alert, with the occurrence it belongs to. */
export interface Part extends AlertPart {
  key: string;
}

/** One thing that may be worth an alert: kept while it is so, and for a while after, so that what comes and goes is one. */
export interface Entry {
  key: string;
  readonly kind: AlertKind;
  /** What is told together. */
  readonly gather: string;
  lineId: string;
  readonly bot: AlertPart['bot'];
  /** So before the app began to look. */
  early: boolean;
  practice: boolean;
  cluster: string;
  sentence: string;
  hint: string;
  readAt: number | null;
  on: boolean;
  /** When `on` last changed. */
  since: number;
  /** What was told of it; null: nothing (yet). */
  part: Part | null;
  /** Dismissed: not told again until it has been over for long. */
  muted: boolean;
  gone: boolean;
  /** Of an earlier run of the app, not heard of since. */
  asBefore: boolean;
  podUid: string;
  restarts: { first: number; now: number };
  /** Times of readings that said so, by the bot's cluster. */
  readings: { first: number; last: number; count: number };
}

/** What comes back within so long is the same occurrence, ms. */
export const REOPEN = 1_800_000;
/** How long something must last before it is told, ms. */
const HOLD: Record<AlertKind, number> = {
  // The first back-off takes 10 s: what lasts longer is at least the second.
  crashLoop: 15_000,
  outOfMemory: 0,
  nodeSilent: 20_000,
  lostCluster: 45_000,
  leftOrders: 0,
  idle: 60_000,
  noQuote: 0,
  volumeFull: 0,
};
/** How long it must be over before it ends, ms. */
const CALM = 20_000;
const CALM_AT_ONCE: ReadonlySet<AlertKind> = new Set(['leftOrders', 'idle', 'noQuote', 'volumeFull']);
/** A pod that failed again and again is believed after as long as the kubelet takes to forget it, ms. */
const CALM_SAME_POD = 600_000;
const NO_QUOTE = { readings: 3, ms: 600_000 };

type Beginning = Pick<Entry, 'key' | 'kind' | 'gather' | 'lineId' | 'bot' | 'early'> & { at: number };
export function begin({ at, ...shape }: Beginning): Entry {
  return {
    ...shape,
    ...{ practice: false, cluster: '', sentence: '', hint: '', readAt: null, on: false, since: at, part: null },
    ...{ muted: false, gone: false, asBefore: false, podUid: '' },
    restarts: { first: -1, now: 0 },
    readings: { first: 0, last: 0, count: 0 },
  };
}

/** It is so, as a row of this cluster says. */
export function about(entry: Entry, sign: Sign, row: BotRow, line: Pick<Line, 'name' | 'skewMs'>, at: number): void {
  turn(entry, true, at);
  const { sentence, hint } = sign;
  const readAt = sign.readAt === undefined ? null : sign.readAt - line.skewMs;
  Object.assign(entry, { sentence, hint, readAt, cluster: line.name, podUid: row.podUid });
  const { restarts, readings } = entry;
  if (restarts.first < 0) restarts.first = row.restarts;
  restarts.now = row.restarts;
  const read = row.trading?.at ?? 0;
  if (read <= readings.last) return;
  if (readings.count === 0) readings.first = read;
  readings.last = read;
  readings.count++;
}
/** A cluster is lost. */
export function lost(entry: Entry, { name, error, practice }: Line, at: number): void {
  turn(entry, true, at);
  Object.assign(entry, {
    cluster: name,
    practice,
    sentence: `${name} is lost. ${error?.message ?? 'It does not answer.'}`,
    hint: error?.hint ?? 'Its bots trade on; what is shown of them is old.',
  });
}
export function turn(entry: Entry, on: boolean, at: number): void {
  entry.asBefore = false;
  if (on) entry.gone = false;
  if (entry.on === on) return;
  entry.on = on;
  entry.since = at;
  if (on) return;
  entry.early = false;
  entry.readings = { first: 0, last: entry.readings.last, count: 0 };
}
/** The machine slept: what it saw before says nothing about how long something has lasted. */
export function restart(entry: Entry, at: number): void {
  entry.since = at;
}

/** Whether it has lasted long enough to be told. */
export function isDue({ kind, since, early, restarts, readings }: Entry, at: number): boolean {
  if (kind === 'noQuote') return readings.count >= NO_QUOTE.readings && readings.last - readings.first >= NO_QUOTE.ms;
  if (kind === 'crashLoop' && (restarts.now - restarts.first >= 2 || (early && restarts.now >= 3))) return true;
  return at - since >= HOLD[kind];
}

/** How long it must be over before it ends, ms. */
export function calmOf({ kind, gone, podUid }: Entry, row: BotRow | undefined): number {
  if (gone || CALM_AT_ONCE.has(kind) || row?.replicas === 0) return 0;
  return kind === 'crashLoop' && row?.podUid === podUid ? CALM_SAME_POD : CALM;
}
