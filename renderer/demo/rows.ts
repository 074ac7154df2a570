import type { BotRow, BotState } from '../../shared/rows';

/** A bot with the given traits and plain ones for the rest; for tests and the page without a far end. */
export function bot(traits: Partial<BotRow> = {}): BotRow {
  const row = {
    clusterId: 'c0',
    kind: 'StatefulSet' as const,
    namespace: 'trading',
    name: 'eth-1',
    uid: 'u',
    pair: 'ETH-USDT',
    exchange: 'binance',
    strategy: 'pure_market_making',
    run: 'engine' as const,
    managed: true,
    paper: false,
    state: 'running' as BotState,
    reason: '',
    ready: '1/1',
    status: 'Running',
    restarts: 0,
    lastRestartAt: null,
    createdAt: 0,
    hasPod: true,
    podName: 'eth-1-0',
    podUid: 'p',
    container: 'hummingbot',
    replicas: 1,
    node: 'pool-1-a',
    image: 'version-2.16.0',
    configName: 'eth-1-config-1a2b',
    pendingConfig: '',
    lastEnd: '',
    outOfMemory: false,
    operation: null,
    trading: null,
    notRead: '',
    reporter: '' as const,
    ...traits,
  };
  return { id: `${row.clusterId}/${row.kind}/${row.namespace}/${row.name}`, ...row };
}

const coins = ['BTC', 'ETH', 'SOL', 'XRP', 'ADA', 'LINK', 'AVAX', 'DOT', 'LTC', 'TRX', 'NEAR'];
const exchanges = ['binance', 'kucoin', 'gate_io', 'kraken', 'okx'];
const strategies = ['pure_market_making', 'avellaneda', 'cross_exchange', 'pmm_simple', 'grid_strike'];
const looks: [BotState, string, string, string][] = [
  [
    'trouble',
    '0/1',
    'CrashLoopBackOff',
    'It ends again and again: the password does not fit. Set it, then start again.',
  ],
  ['trouble', '0/1', 'ImagePullBackOff', 'The image can not be pulled: this version does not exist.'],
  ['starting', '0/1', 'ContainerCreating', 'Its volume is being attached.'],
  ['stopping', '1/1', 'Terminating', 'Cancelling its orders.'],
  ['unknown', '1/1', 'Running', 'Its node does not answer: it is probably still trading.'],
  ['stopped', '0/0', 'Stopped', ''],
  ['stopped', '0/0', 'Stopped', ''],
];

/** A well mixed number for `i`, the same every time. */
const mix = (i: number, salt: number) => (Math.imul(i + 1, 2654435761) ^ Math.imul(salt + 7, 40503)) >>> 7;
const pick = <T>(from: readonly T[], i: number, salt: number): T => from[mix(i, salt) % from.length]!;

/** `count` different bots on clusters `c0` to `c5`; the same ones every time. `now` in ms since 1970. */
export function manyBots(count: number, now: number): BotRow[] {
  return Array.from({ length: count }, (_, i) => {
    const coin = pick(coins, i, 1);
    const exchange = pick(exchanges, i, 2);
    const odd = mix(i, 3) % 9 === 0 ? pick(looks, i, 4) : null;
    const [state, ready, status, reason] = odd ?? (['running', '1/1', 'Running', ''] as const);
    const stopped = state === 'stopped';
    const restarts = state === 'trouble' ? 3 + (i % 30) : mix(i, 5) % 17 === 0 ? 1 : 0;
    return bot({
      name: `${coin.toLowerCase()}-${exchange.replace('_', '')}-${i + 1}`,
      clusterId: `c${mix(i, 6) % 6}`,
      uid: `uid-${i}`,
      namespace: mix(i, 7) % 5 === 0 ? 'desk-two' : 'trading',
      pair: `${coin}-USDT`,
      exchange,
      strategy: pick(strategies, i, 8),
      paper: mix(i, 9) % 9 === 0,
      managed: mix(i, 10) % 13 !== 0,
      state,
      ready,
      status,
      reason,
      restarts,
      lastRestartAt: restarts ? now - 60_000 * (1 + (mix(i, 11) % 500)) : null,
      createdAt: now - 1000 * (40 + (mix(i, 12) % 4_000_000)),
      hasPod: !stopped,
      replicas: stopped ? 0 : 1,
      node: stopped ? '' : `pool-${i % 4}-${pick(['x7k1', 'p2m9', 'q8d3'], i, 13)}`,
      image: mix(i, 14) % 6 === 0 ? 'version-2.15.0' : 'version-2.16.0',
      pendingConfig: mix(i, 15) % 23 === 0 ? 'next' : '',
    });
  });
}
