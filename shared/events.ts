import type { Alert } from './alerts';
import type { AppError } from './errors';
import type { OperationInfo } from './bots';
import type { MetricsNews } from './metrics';
import type { BotRow, ClusterInfo, ContextList } from './rows';
import type { Settings } from './settings';

/** A sign-in plugin's command line, waiting for the trader's word. */
export interface ConsentRequest {
  id: string;
  contextName: string;
  /** Whole command line with its environment additions. */
  command: string;
  /** File the command stands in. */
  path: string;
}

/** A row that is known already, by its id, and what changed of it. */
export type RowPatch = [id: string, changed: Partial<BotRow>];

/** Everything main tells the renderer on its own, over one port, in order. */
export type AppEvent =
  | { t: 'contexts'; list: ContextList }
  | { t: 'clusters'; clusters: ClusterInfo[] }
  /** The whole table; replaces all rows. */
  | { t: 'rows'; rows: BotRow[] }
  /** Changes since, batched; `more`: the rest follows at once. */
  | { t: 'delta'; upserts: BotRow[]; removes: string[]; patches?: RowPatch[]; more?: true }
  | ({ t: 'metrics' } & MetricsNews)
  | { t: 'operation'; operation: OperationInfo }
  | { t: 'operationGone'; id: string }
  /** All of them; those that are gone were dismissed. */
  | { t: 'alerts'; alerts: Alert[] }
  /** A system notification about this bot was clicked; null: about something else. */
  | { t: 'showAlert'; bot: string | null }
  | { t: 'consent'; requests: ConsentRequest[] }
  | { t: 'settings'; settings: Settings }
  | { t: 'notice'; error: AppError };
