import { z } from 'zod';

/** What the app tells of by itself. */
export const ALERT_KINDS = [
  'crashLoop',
  'outOfMemory',
  'nodeSilent',
  'lostCluster',
  'leftOrders',
  'idle',
  'noQuote',
  /** Nothing on a cluster tells how full a volume is unless it is asked: known of bots that are read. */
  'volumeFull',
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** What the system's own notifications are to tell: nothing until the trader switches them on. */
export const alertSettingsSchema = z.object({ system: z.boolean(), muted: z.array(z.enum(ALERT_KINDS)).max(20) });

/** One bot or one cluster that an alert is about. Times in ms since 1970, by this machine's clock. */
export interface AlertPart {
  kind: AlertKind;
  /** Of a context that never answered: `context:` and its id. */
  clusterId: string;
  cluster: string;
  /** `id` is its row's. null: the cluster itself. */
  bot: { id: string; namespace: string; name: string } | null;
  sentence: string;
  hint: string;
  since: number;
  endedAt: number | null;
  /** When the reading that it comes from was told; null: it comes from none. */
  readAt: number | null;
}

/** One occurrence, told once. It stays until it is dismissed, also when it is over. */
export interface Alert {
  id: string;
  /** `atStart`: what was in trouble already when the app began to look, in one. */
  kind: AlertKind | 'atStart';
  practice: boolean;
  /** Whole sentence, with the bot's or cluster's name. */
  sentence: string;
  /** What to do. */
  hint: string;
  since: number;
  endedAt: number | null;
  seen: boolean;
  /** Of an earlier run of the app; nothing has been heard of it since. */
  asBefore: boolean;
  /** Told to the page: the first 100. */
  parts: AlertPart[];
  count: number;
}
