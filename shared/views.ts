import { z } from 'zod';

/** Most columns and views kept, longest name of a view and longest filter. */
export const MOST_COLUMNS = 60;
export const MOST_VIEWS = 50;
export const LONGEST_VIEW = 60;
export const LONGEST_FILTER = 1_000;
/** Clusters that a view keeps as chosen, at most. */
const MOST_CHOSEN = 500;
/** Least and most a column may be made wide by hand, px. */
export const NARROWEST = 40;
export const WIDEST = 800;

/** A column as chosen: its place is its place in the list. `width` in px; null: as wide as its texts ask for. */
const columnSchema = z.object({
  key: z.string().min(1).max(40),
  shown: z.boolean().catch(true).default(true),
  width: z.number().int().min(NARROWEST).max(WIDEST).nullable().catch(null).default(null),
});
export type ColumnChoice = z.infer<typeof columnSchema>;

/** Empty: as the app lays them out. A broken entry takes no other with it. */
export const columnsSchema = z.array(columnSchema).transform((list) => list.slice(0, MOST_COLUMNS));

const sortSchema = z.object({ key: z.string().max(100), descending: z.boolean() });
const kept = z.string().max(100).nullable().catch(null).default(null);

/** A saved view: what the grid shows and how, under a name; never which bots are selected. */
const viewSchema = z.object({
  name: z.string().trim().min(1).max(LONGEST_VIEW),
  filter: z.string().max(LONGEST_FILTER).catch('').default(''),
  sort: sortSchema.catch({ key: 'name', descending: false }).default({ key: 'name', descending: false }),
  columns: columnsSchema.catch([]).default([]),
  /** What rows are grouped by and how they are laid out; null: not at all, and as a table. */
  group: kept,
  layout: kept,
  /** Ids of the chosen clusters, empty: all; null: written before views kept them, and left as they are. */
  clusters: z.array(z.string().max(300)).max(MOST_CHOSEN).nullable().catch(null).default(null),
});
export type SavedView = z.infer<typeof viewSchema>;
export const viewsSchema = z.array(viewSchema).transform((list) => list.slice(0, MOST_VIEWS));
