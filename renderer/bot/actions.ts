import type { BotRow } from '../../shared/rows';

export interface BotAction {
  id: string;
  label: string;
  /** Single key, or ''. */
  key: string;
  enabled: boolean;
  /** Why not, when it can't be used. */
  why: string;
  run: () => void;
}

/** What can be done to these bots. */
export function botActions(_rows: readonly BotRow[]): BotAction[] {
  return [];
}
