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

/** Everything main tells the renderer on its own, over one port, in order. */
export type AppEvent =
  | { t: 'contexts'; list: ContextList }
  | { t: 'clusters'; clusters: ClusterInfo[] }
  /** The whole table; replaces all rows. */
  | { t: 'rows'; rows: BotRow[] }
  /** Changes since, batched. */
  | { t: 'delta'; upserts: BotRow[]; removes: string[] }
  | ({ t: 'metrics' } & MetricsNews)
  | { t: 'operation'; operation: OperationInfo }
  | { t: 'operationGone'; id: string }
  | { t: 'consent'; requests: ConsentRequest[] }
  | { t: 'settings'; settings: Settings }
  | { t: 'notice'; error: AppError };
