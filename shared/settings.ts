import { z } from 'zod';
import { alertSettingsSchema } from './alerts';
import { columnsSchema, viewsSchema } from './views';

/** Practice clusters at most, and how many bots each may have beside none but its starter bots (0). */
export const MOST_PRACTICE = 50;
export const PRACTICE_BOTS = [0, 20, 50, 100, 200] as const;
export const practiceSchema = z.object({
  clusters: z.number().int().min(1).max(MOST_PRACTICE),
  bots: z.literal(PRACTICE_BOTS),
});

/** Groups remembered as closed, at most. */
const MOST_CLOSED = 2_000;
const closedSchema = z.array(z.string().max(500)).transform((list) => list.slice(-MOST_CLOSED));

/** What the grid can be grouped by. */
export const groupFields = ['cluster', 'provider', 'namespace', 'strategy', 'exchange', 'pair', 'state'] as const;
export type GroupField = (typeof groupFields)[number];

/** What the app keeps about itself, version 1. Holds no secret. Broken parts fall back to their defaults one by one. */
export const settingsSchema = z.object({
  version: z.literal(1).default(1),
  theme: z.enum(['system', 'dark', 'light']).catch('system').default('system'),
  kubeconfigFiles: z.array(z.string()).catch([]).default([]),
  contexts: z
    .record(
      z.string(),
      z.object({
        enabled: z.boolean().catch(false).default(false),
        displayName: z.string().catch('').default(''),
        colour: z.number().int().min(0).max(9).nullable().catch(null).default(null),
        /** Namespaces to look at where a cluster-wide list is refused. */
        namespaces: z.array(z.string()).catch([]).default([]),
      }),
    )
    .catch({})
    .default({}),
  /**
   * Whether the practice cluster still comes and goes by itself: on at the first start, off once a real cluster is connected. Ends
   * when the trader turns it on or off.
   */
  practiceByItself: z.boolean().catch(true).default(true),
  practice: z
    .object({
      clusters: practiceSchema.shape.clusters.catch(1).default(1),
      bots: practiceSchema.shape.bots.catch(0).default(0),
    })
    .catch({ clusters: 1, bots: 0 })
    .default({ clusters: 1, bots: 0 }),
  /** The guided tour: offered until the trader has answered. */
  tour: z.enum(['new', 'declined', 'taken']).catch('new').default('new'),
  alerts: alertSettingsSchema.catch({ system: false, muted: [] }).default({ system: false, muted: [] }),
  /** SHA-256 of command lines the trader allowed. */
  allowedCommands: z.array(z.string()).catch([]).default([]),
  sort: z
    .object({ key: z.string().max(100), descending: z.boolean() })
    .catch({ key: 'name', descending: false })
    .default({ key: 'name', descending: false }),
  /** The grid's columns in their order; empty: as the app lays them out. */
  columns: columnsSchema.catch([]).default([]),
  views: viewsSchema.catch([]).default([]),
  group: z
    .enum(['none', ...groupFields])
    .catch('none')
    .default('none'),
  /** How the fleet is shown. */
  layout: z.enum(['grid', 'cards']).catch('grid').default('grid'),
  /** Ids of the grid's groups that are closed, the last closed last. */
  closedGroups: closedSchema.catch([]).default([]),
  /** Whether the panel of details is open. */
  detail: z.boolean().catch(true).default(true),
  window: z
    .object({
      x: z.number().optional(),
      y: z.number().optional(),
      width: z.number(),
      height: z.number(),
      maximized: z.boolean(),
    })
    .catch({ width: 1400, height: 860, maximized: false })
    .default({ width: 1400, height: 860, maximized: false }),
  /** Which installation this is, among machines that sign by the same name: random, made once, no secret. */
  installation: z.string().max(64).catch('').default(''),
  /** Name this machine signs its operations with. */
  holder: z.string().catch('').default(''),
});
export type Settings = z.infer<typeof settingsSchema>;
