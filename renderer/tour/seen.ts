import type { OperationInfo } from '../../shared/bots';
import type { BotRow } from '../../shared/rows';
import type { SessionState, TerminalKind } from '../../shared/terminals';
import type { Screen } from '../state/app.svelte';

/** What the tour sees of the app: of practice clusters only, so that nothing real can be a step of it. */
export interface Seen {
  screen: Screen;
  /** The bot that is picked in the grid or that the screen is about. */
  bot: BotRow | undefined;
  rows: readonly BotRow[];
  /** Newest first. */
  operations: readonly OperationInfo[];
  /** Kinds of the terminals that are connected. */
  terminals: readonly TerminalKind[];
  /** The uids of bots that are broken on purpose. */
  broken: readonly string[];
}

interface All extends Omit<Seen, 'terminals'> {
  terminals: readonly { kind: TerminalKind; clusterId: string; phase: SessionState['phase'] }[];
}

/** Leaves out everything that is not of one of these clusters. */
export function onlyPractice(all: All, practice: ReadonlySet<string>): Seen {
  const { bot } = all;
  return {
    ...all,
    bot: bot && practice.has(bot.clusterId) ? bot : undefined,
    rows: all.rows.filter(({ clusterId }) => practice.has(clusterId)),
    operations: all.operations.filter((operation) => practice.has(operation.bot.clusterId)),
    terminals: all.terminals
      .filter((one) => practice.has(one.clusterId) && one.phase === 'open')
      .map(({ kind }) => kind),
  };
}
