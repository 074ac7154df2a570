import type { BotRow } from '../../shared/rows';

export type ChangeKind = 'start' | 'stop' | 'restart' | 'delete';

export const VERB: Record<ChangeKind, string> = { start: 'Start', stop: 'Stop', restart: 'Restart', delete: 'Delete' };

/** Whether the bot may be trading although nothing can be said about it: its node does not answer. */
export const silent = (row: BotRow): boolean => row.state === 'unknown';

/**
 * What will happen to these bots and their orders, one sentence each, as Hummingbot and Kubernetes behave:
 * an engine run cancels its orders on SIGTERM, a classic one on `stop` typed on its screen; neither asks the exchange afterwards.
 */
export function consequences(kind: ChangeKind, rows: readonly BotRow[]): string[] {
  const running = rows.filter((row) => row.replicas > 0 || row.hasPod);
  const quiet = running.filter(silent);
  const broken = running.filter((row) => row.state === 'trouble');
  const answering = running.filter((row) => !silent(row) && row.state !== 'trouble');
  const said: string[] = [];
  if (kind !== 'start' && quiet.length > 0) said.push(...quietWords(quiet));
  if (kind === 'start') said.push(...startWords(rows));
  else if (answering.length > 0) said.push(...stopWords(answering));
  if (kind !== 'start' && broken.length > 0) said.push(brokenWords(broken));
  if (kind === 'restart') said.push(...restartWords(rows));
  if (kind === 'delete') said.push('The bot, its configuration and its keys are removed from the cluster.');
  return said;
}

function quietWords(rows: readonly BotRow[]): string[] {
  const names = rows.map((row) => row.name).join(', ');
  return [
    `${names}: the node does not answer, so it is probably still trading. The cluster is told, but the bot hears of it only when its node answers again; until then its orders stay open.`,
    'If it can’t wait, cancel its orders at the exchange yourself.',
  ];
}

/** A bot that does not run can't cancel: no promise about its orders. */
function brokenWords(rows: readonly BotRow[]): string {
  const names = rows.map((row) => row.name).join(', ');
  return `${names}: it does not run as it should, so perhaps nothing cancels orders left from before. Look for them at the exchange.`;
}

function stopWords(rows: readonly BotRow[]): string[] {
  const said = [
    'The strategy is stopped and its open orders are cancelled; then the bot ends. This can take up to two minutes.',
  ];
  if (rows.some((row) => row.run === 'unknown'))
    said.push('How it is run is not known, and so whether it cancels its orders when it is told to end.');
  if (rows.some((row) => row.run === 'classic'))
    said.push('On a bot with its own screen, “stop” is typed there first and its answer awaited.');
  if (rows.some((row) => !row.paper))
    said.push(
      'Hummingbot does not ask the exchange whether every cancel arrived: what is told afterwards is what the bot last knew.',
    );
  return said;
}

function startWords(rows: readonly BotRow[]): string[] {
  const said = ['It starts with its configuration and begins to place orders.'];
  const pending = rows.filter((row) => row.pendingConfig !== '');
  if (pending.length > 0)
    said.push(`The saved change takes effect: ${pending.map((row) => row.pendingConfig).join(', ')}.`);
  return said;
}

function restartWords(rows: readonly BotRow[]): string[] {
  const said = ['Then it starts again and places new orders.'];
  const pending = rows.filter((row) => row.pendingConfig !== '');
  if (pending.length > 0)
    said.push(`The saved change takes effect: ${pending.map((row) => row.pendingConfig).join(', ')}.`);
  return said;
}

/** What is to be typed before bots are deleted: the name, or how many of them. */
export const deletePhrase = (rows: readonly BotRow[]): string =>
  rows.length === 1 ? rows[0]!.name : `delete ${rows.length} bots`;
