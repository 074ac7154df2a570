import { START_ERRORS } from '../../hummingbot/health';
import { tradingCommand, TRADING_MARK, TRADING_PROGRAM } from '../../hummingbot/tradingProgram';
import { HOME, type FileView } from '../files';

/** What `look` (hummingbot/tradingProgram.ts) would print here: the same facts, of a simulated bot. `pattern`: its database, `*.sqlite` the newest. */
export function factsOf(files: FileView, pattern: string, now: number, disk: number[]): object {
  const names = pattern.startsWith('*')
    ? (files.list(`${HOME}/data`) ?? []).filter((name) => name.endsWith('.sqlite'))
    : [pattern];
  const newest = names
    .map((name) => ({ name, at: files.read(`${HOME}/data/${name}`)?.at ?? -1 }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => b.at - a.at)[0];
  const stem = (newest?.name ?? pattern).replace(/\.sqlite$/, '');
  const said = wordsOf(files.read(`${HOME}/logs/logs_${stem}.log`)?.text() ?? '');
  const none = {
    v: 1,
    now: Math.round(now),
    orders: null,
    placed: null,
    last: null,
    profit: null,
    volume: null,
    quote: '',
    disk,
  };
  const ledger = newest && files.diskOf(`${HOME}/data/${newest.name}`)?.ledgers.get(stem);
  if (!ledger) return { ...none, ...said, why: 'missing' };
  const { cash, held, price, fees, volume, quote, placedAt, lastAt } = ledger.totals;
  return {
    ...none,
    ...said,
    orders: ledger.open().length,
    placed: placedAt,
    last: lastAt,
    profit: (cash + held * price - fees).toFixed(8),
    volume: volume.toFixed(8),
    quote,
    why: '',
  };
}

/** Answers the app's question for a bot's trading, once its program has come over standard input; null: another command. */
export function tradingAnswer(
  argv: string[],
  files: FileView,
  now: () => number,
  disk: () => number[],
): ((input: string) => string | null) | null {
  const pattern = argv.at(-1) ?? '';
  const asked = tradingCommand(pattern === '*.sqlite' ? '' : pattern.replace(/\.sqlite$/, '.yml'));
  if (argv.length !== asked.length || !argv.every((word, index) => word === asked[index])) return null;
  return (input) =>
    input === TRADING_PROGRAM ? `${TRADING_MARK} ${JSON.stringify(factsOf(files, pattern, now(), disk()))}\n` : null;
}

function wordsOf(log: string): { log: string; logAt: number | null; line: string } {
  let said = { log: '', logAt: null as number | null, line: '' };
  let stamp: number | null = null;
  for (const line of log.split('\n')) {
    const at = Date.parse(`${line.slice(0, 10)}T${line.slice(11, 19)}Z`);
    if (!Number.isNaN(at)) stamp = at;
    const first = said.log === '' || said.log === 'error';
    if (line.includes('Creating the clock with tick size')) said = { log: '', logAt: null, line: '' };
    else if (line.includes('KILL SWITCH TRIGGERED')) said = { log: 'kill', logAt: stamp, line };
    else if (line.includes('Strategy stopped successfully')) {
      if (said.log !== 'kill') said = { log: 'stopped', logAt: stamp, line };
    } else if (first && START_ERRORS.some((words) => line.includes(words)))
      said = { log: 'error', logAt: stamp, line: said.line || line };
  }
  return { ...said, line: said.line.slice(0, 200) };
}
