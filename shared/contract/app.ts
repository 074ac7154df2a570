import { z } from 'zod';
import { alertSettingsSchema } from '../alerts';
import { settingsSchema, type Settings } from '../settings';
import { columnsSchema, viewsSchema } from '../views';
import { call } from './define';

export interface AppInfo {
  version: string;
  platform: string;
  runtime: { electron: string; chrome: string; node: string };
  /** Development fallback: an old Chrome; real clusters are refused unless allowed for tests. */
  fallback: boolean;
  realClustersAllowed: boolean;
  packaged: boolean;
  /** Whether the system shows notifications of the app at all. */
  notifications: boolean;
}

/** What the page may change of the settings, without their defaults: those would set back what a change does not name. */
const { theme, sort, tour, group, layout, closedGroups, detail } = settingsSchema.shape;
const settingsChange = z
  .object({
    theme: theme.unwrap().unwrap(),
    sort: sort.unwrap().unwrap(),
    tour: tour.unwrap().unwrap(),
    group: group.unwrap().unwrap(),
    layout: layout.unwrap().unwrap(),
    closedGroups: closedGroups.unwrap().unwrap(),
    detail: detail.unwrap().unwrap(),
    alerts: alertSettingsSchema,
    columns: columnsSchema,
    views: viewsSchema,
  })
  .partial();

export const appContract = {
  'app.info': call(z.object({}))<AppInfo>(),
  /** Main answers by posting the port named `events`. */
  'app.connectEvents': call(z.object({}))<null>(),
  /** Asks the trader in a native dialog, then opens https links only. */
  'app.openExternal': call(z.object({ url: z.string().max(4096) }))<{ opened: boolean }>(),
  /** The page has no clipboard permission; main copies plain text for it. */
  'app.copyText': call(z.object({ text: z.string().max(10_000_000) }))<null>(),
  'settings.get': call(z.object({}))<Settings>(),
  'settings.patch': call(settingsChange)<Settings>(),
};
