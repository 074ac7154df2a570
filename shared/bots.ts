import { z } from 'zod';
import type { AppError } from './errors';
import type { BotRef, OperationKind } from './rows';

/** An id or a name of Kubernetes, which knows none longer than 253 characters. */
export const idSchema = z.string().min(1).max(253);
/** What a trader types into a field. Its own rules say what fits; this only bounds what main takes in. */
const typed = z.string().max(1_000);

export const botRefSchema = z.object({
  clusterId: idSchema,
  kind: z.literal('StatefulSet'),
  namespace: idSchema,
  name: idSchema,
  uid: idSchema,
}) satisfies z.ZodType<BotRef>;

export type TemplateId = 'pmm-paper' | 'classic-btc-usdt';

/** A strategy field as the form shows it. Limits exclusive where the flag says so. */
export interface FieldInfo {
  key: string;
  label: string;
  help: string;
  type: 'decimal' | 'int' | 'bool' | 'text' | 'choice' | 'pair' | 'exchange';
  unit: string;
  default: string;
  required: boolean;
  min?: number;
  max?: number;
  exclusiveMin?: boolean;
  exclusiveMax?: boolean;
  choices?: string[];
  /** Shown at once; others under "More settings". */
  basic: boolean;
}

export interface TemplateInfo {
  id: TemplateId;
  title: string;
  summary: string;
  run: 'engine' | 'classic';
  strategy: string;
  exchanges: string[];
  fields: FieldInfo[];
  images: string[];
  /** What the form starts with beside the fields' defaults: Mi, thousandths of a core, Gi. */
  pair: string;
  size: { memoryMi: number; cpuMilli: number; storageGi: number };
}

/** What the deploy form sends. Strategy values are the texts of the fields as typed. */
export const draftSchema = z.object({
  template: z.enum(['pmm-paper', 'classic-btc-usdt']),
  clusterId: idSchema,
  namespace: typed,
  name: typed,
  image: typed,
  exchange: typed,
  pair: typed,
  values: z.record(z.string().max(100), z.string().max(10_000)),
  password: typed,
  memoryMi: z.number(),
  cpuMilli: z.number(),
  storageGi: z.number(),
  storageClass: typed,
  pullSecret: typed,
  /** Whether a second container in its pod tells its trading once a minute. */
  reporter: z.boolean().optional(),
});
export type Draft = z.infer<typeof draftSchema>;

/** One thing that is wrong or worth knowing. `field` is a draft key, `values.KEY`, or a file's name for the editor. */
export interface Issue {
  field: string;
  severity: 'error' | 'warning';
  message: string;
  /** 1-based, in the file's text. */
  line?: number;
}

export interface DraftCheck {
  issues: Issue[];
  /** The strategy file in step with the form. */
  strategyYaml: string;
  strategyFile: string;
  /** What would be applied, Secrets' values replaced by a mark. */
  manifestYaml: string;
}

export interface ObjectRef {
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
  uid?: string;
}

export interface DryRunItem {
  object: ObjectRef;
  ok: boolean;
  error: AppError | null;
}
export interface DryRunReport {
  items: DryRunItem[];
  ok: boolean;
  /** ms since 1970 */
  at: number;
  tookMs: number;
  warnings: string[];
}

export type StepState = 'waiting' | 'running' | 'done' | 'failed' | 'skipped';
export interface OperationStep {
  key: string;
  title: string;
  state: StepState;
  detail: string;
}

/** An operation as the renderer sees it; pushed whole on every change (they are few and small). */
export interface OperationInfo {
  id: string;
  kind: OperationKind;
  bot: { clusterId: string; namespace: string; name: string };
  clusterName: string;
  steps: OperationStep[];
  outcome: 'running' | 'done' | 'failed' | 'cancelled';
  /** Plain sentence of the result, e.g. "eth-1 trades: 2 orders open, as the bot last knew." */
  message: string;
  error: AppError | null;
  /** What was written; can be removed by `operations.cleanUp` when a deploy failed half-way. */
  written: ObjectRef[];
  startedAt: number;
  endedAt: number | null;
  /** What the trader may do now. */
  actions: ('cleanUp' | 'retry' | 'force' | 'dismiss' | 'cancel')[];
}

export interface BotEvent {
  at: number;
  type: string;
  /** In a trader's words; the server's message where there are none. */
  words: string;
  reason: string;
  message: string;
  count: number;
  object: string;
}

/** What the cluster tells of a bot, its pods and its volume: newest first. */
export interface BotEvents {
  events: BotEvent[];
  /** Why it was last started again, in words; '' when it never was, or nothing tells. */
  lastEnd: string;
  /** Not '' where events may not be seen. */
  refused: string;
}

export interface BotDetails {
  ref: BotRef;
  lately: BotEvents;
  objects: ObjectRef[];
  image: string;
  volume: string;
  warnings: string[];
}

export interface ConfigFile {
  /** Path below the bot's conf folder, e.g. `strategies/eth-1.yml`. */
  path: string;
  text: string;
}

export interface BotConfig {
  /** Name of the ConfigMap the editor starts from: pending one if there is one, else what the template points to. */
  base: string;
  files: ConfigFile[];
  /** Name and files that run now (or ran last). */
  running: string;
  runningFiles: ConfigFile[];
  /** Whether a change can be saved (bots made by hand are read-only). */
  editable: boolean;
  why: string;
  secrets: { name: string; keys: string[] }[];
}

export type SaveResult =
  | { saved: true; configName: string; operationId: string | null }
  /** Someone else changed it meanwhile: nothing was written. */
  | { saved: false; theirs: BotConfig };
