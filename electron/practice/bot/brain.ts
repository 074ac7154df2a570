import { fixed, HOME } from '../files';
import type { Launch } from '../program';
import { balancesOf, readYaml, strategyOf, v1Problem, type StrategyConfig } from './config';
import { createLedger, type Ledger } from './ledger';
import { priceText } from './market';
import { createTrader, type Say, type Trader } from './trader';

/** What trades in a bot, whichever way it is run: the strategy of one file, from its start to its stop. */
export interface Brain {
  readonly config: StrategyConfig;
  /** Why nothing is traded though it runs; null: it trades. */
  readonly problem: string | null;
  readonly ledger: Ledger;
  running(): boolean;
  fills(): number;
  /** `at`: simulated ms. */
  start(at: number): void;
  advance(to: number): void;
  /** Stops the strategy; orders are cancelled unless `leave`. */
  stop(at: number, leave: boolean): void;
  /** What stands in status.json below `engine`. */
  engine(at: number): object;
  balances(): object;
  formatStatus(at: number): string | null;
}

const CORE = 'hummingbot.core.trading_core';

/** @throws Error in the words of Hummingbot's log when the strategy file can't be read */
export function createBrain(launch: Launch, file: string, text: string, say: Say): Brain {
  const { world, namespace, pod, files } = launch;
  const bot = `${namespace}/${pod.replace(/-\d+$/, '')}`;
  const faults = world.faults.of(bot);
  const data = { ...readYaml(text), ...(faults.invalidField ? { bid_spread: 150 } : {}) };
  const problem = v1Problem(data);
  const config = strategyOf(data);
  const stem = file.replace(/\.ya?ml$/, '');
  const ledger = ledgerOf(launch, stem);
  files.write(`${HOME}/data/${stem}.sqlite`, fixed('SQLite format 3\0 (practice)', world.agenda.now()));
  const client = files.read(`${HOME}/conf/conf_client.yml`)?.text() ?? '';
  const balances = balancesOf(client, config.pair);
  let trader: Trader | null = null;
  let running = false;
  let startedAt = 0;
  const logger = `hummingbot.strategy.${config.strategy}`;
  const fillsBefore = ledger.totals.fills;

  function start(at: number): void {
    running = true;
    startedAt = at;
    say(at, CORE, 'INFO', 'Creating the clock with tick size: 1.0');
    if (problem) {
      say(at, logger, 'ERROR', problem);
      say(
        at,
        logger,
        'ERROR',
        `Unknown error during initialization.\nTraceback (most recent call last):\n  File "start.py", line 42, in start\nValueError: ${problem}`,
      );
    }
    say(at, CORE, 'INFO', 'Clock started successfully');
    say(at, CORE, 'INFO', `Strategy ${config.strategy} started successfully`);
    say(at, CORE, 'INFO', `'${config.strategy}' strategy execution started.`);
    if (problem) return;
    const { market, exchange, pace } = world;
    trader = createTrader({
      bot,
      config,
      market,
      exchange,
      ledger,
      balances,
      startedAt: at,
      outside: pace.outside,
      say,
    });
  }

  const orders = () => trader?.orders() ?? [];
  const amounts = () =>
    Object.fromEntries(Object.entries(trader?.balances() ?? balances).map(([coin, one]) => [coin, one.toFixed(6)]));
  const connectors = () =>
    problem || !running
      ? {}
      : {
          [config.market]: {
            ready: true,
            trading_pairs: [config.pair],
            orders_count: orders().length,
            balances: amounts(),
          },
        };

  return {
    config,
    problem,
    ledger,
    running: () => running,
    fills: () => ledger.totals.fills - fillsBefore,
    start,
    advance: (to) => running && trader?.advance(to),
    stop(at, leave) {
      if (!running) return;
      trader?.advance(at);
      running = false;
      say(at, CORE, 'INFO', 'Strategy stopped successfully');
      if (!leave) for (const order of [...orders()]) trader?.cancel(order, at);
      say(at, CORE, 'INFO', 'Clock stopped successfully');
    },
    engine: (at) => ({
      clock_running: true,
      strategy_running: running,
      strategy_name: running ? config.strategy : null,
      strategy_file_name: stem,
      strategy_type: 'regular',
      start_time: Math.round(world.pace.outside(startedAt)),
      uptime: Math.round(world.pace.outside(at) - world.pace.outside(startedAt)),
      connectors: connectors(),
      kill_switch_enabled: false,
      markets_recorder_active: running,
    }),
    balances: () => (problem ? {} : { [config.market]: amounts() }),
    formatStatus: (at) => (problem || !running || !trader ? null : formatStatus(config, trader, at)),
  };
}

export function ledgerOf({ files }: Pick<Launch, 'files'>, stem: string): Ledger {
  const disk = files.diskOf(`${HOME}/data/${stem}.sqlite`);
  const found = disk?.ledgers.get(stem) ?? createLedger();
  disk?.ledgers.set(stem, found);
  return found;
}

/** The strategy's own text tables (2.16). */
function formatStatus({ market, pair }: StrategyConfig, trader: Trader, at: number): string {
  const mid = trader.mid(at);
  const [base = '', quote = ''] = pair.split('-');
  const balances = trader.balances();
  const cell = (text: string, width: number) => text.padStart(width);
  const [free, worth] = [balances[base] ?? 0, balances[quote] ?? 0];
  const total = free * mid + worth;
  const lines = [
    '',
    '  Markets:',
    '           Exchange    Market  Best Bid  Best Ask  Ref Price (MidPrice)',
    `  ${cell(market, 17)}  ${cell(pair, 8)}  ${priceText(mid * 0.9999)}  ${priceText(mid * 1.0001)}  ${priceText(mid)}`,
    '',
    '  Assets:',
    `    ${' '.repeat(22)} ${cell(base, 12)} ${cell(quote, 14)}`,
    `    ${'Total Balance'.padEnd(22)} ${cell(free.toFixed(4), 12)} ${cell(worth.toFixed(4), 14)}`,
    `    ${`Current Value (${quote})`.padEnd(22)} ${cell((free * mid).toFixed(4), 12)} ${cell(worth.toFixed(4), 14)}`,
    `    ${'Current %'.padEnd(22)} ${cell(total ? `${((free * mid * 100) / total).toFixed(1)}%` : '0%', 12)} ${cell(total ? `${((worth * 100) / total).toFixed(1)}%` : '0%', 14)}`,
  ];
  const orders = [...trader.orders()].sort((a, b) => b.price - a.price);
  if (orders.length === 0) return [...lines, '', '  No active maker orders.'].join('\n');
  lines.push('', '  Orders:', '      Level  Type     Price  Spread Amount (Orig)  Amount (Adj)       Age');
  orders.forEach((order, index) => {
    const spread = Math.abs(order.price / mid - 1) * 100;
    const amount = order.amount.toFixed(6);
    const age = new Date(Math.max(0, at - order.placedAt)).toISOString().slice(11, 19);
    lines.push(
      `    ${cell(String(index + 1), 7)} ${cell(order.side, 5)} ${cell(priceText(order.price), 9)}  ${spread.toFixed(2)}% ${cell(amount, 13)} ${cell(amount, 13)}  ${age}`,
    );
  });
  return lines.join('\n');
}
