import { cleanText } from '../../shared/clean';
import { Failure, toAppError } from '../../shared/errors';
import type { TradingReading } from '../../shared/rows';
import { execOnce } from '../cluster';
import type { Api, Clock } from '../cluster/types';
import { parseTrading, readingOf } from '../hummingbot/trading';
import { TRADING_PROGRAM, tradingCommand } from '../hummingbot/tradingProgram';
import type { BotFacts } from './botFacts';

/** While a reading is under way the table is looked at this often, ms: it costs no request. */
const LOOK = 250;

/** Whether a bot is still in the run of its container that `then` tells of. */
export const sameRun = (then: BotFacts, now: BotFacts | null): now is BotFacts =>
  now !== null && now.row.podUid === then.row.podUid && now.startedAt === then.startedAt;

/**
 * Reads one bot's record by exec. It is given up as soon as `look` tells that the run it was begun in has ended: nobody knows whose words would come, and an exec
 * into a container that is being taken down owes no answer.
 * @throws Failure: CONFLICT when the run ended meanwhile; the server's; TIMEOUT after 20 s; SERVER when the program was ended before it answered
 */
export async function readOne(
  api: Api,
  begun: BotFacts,
  { clock, signal, look }: { clock: Clock; signal: AbortSignal; look(): BotFacts | null },
): Promise<TradingReading> {
  const { row, strategyFile, startedAt } = begun;
  const control = new AbortController();
  const onAbort = () => control.abort();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  let stop = watch();
  function watch() {
    return clock.after(LOOK, () => {
      if (!sameRun(begun, look())) control.abort();
      else stop = watch();
    });
  }
  try {
    const place = { namespace: row.namespace, pod: row.podName, container: row.container };
    const result = await execOnce(api, place, tradingCommand(strategyFile), {
      clock,
      signal: control.signal,
      timeoutMs: 20_000,
      maxBytes: 65_536,
      stdin: TRADING_PROGRAM,
    });
    const now = look();
    if (!sameRun(begun, now)) throw restarted();
    const facts = parseTrading(result.stdout);
    if (!facts && result.code !== 0) throw broken(result.code, result.stderr);
    const { pair, exchange } = row;
    return readingOf(facts, { at: now.now, by: 'exec', startedAt, pair, exchange });
  } catch (thrown) {
    if (!signal.aborted && !sameRun(begun, look())) throw restarted(toAppError(thrown).cause);
    throw thrown;
  } finally {
    stop();
    signal.removeEventListener('abort', onAbort);
  }
}

const restarted = (cause?: string): Failure =>
  new Failure({ code: 'CONFLICT', message: 'The bot’s container ended while it was read.', cause });

const broken = (code: number | null, stderr: string): Failure =>
  new Failure({
    code: 'SERVER',
    message: 'The program that reads the bot’s record was ended before it answered.',
    cause: [code === null ? '' : `exit code ${code}`, cleanText(stderr, 200)].filter(Boolean).join(': '),
  });
