// @ts-check
// A fleet as a trader's may look, for pictures: bots that run, wait, are stopped and are in trouble, on two clusters.
import { apply, kubectl } from '../cluster/cluster.mjs';
import { classicBot, engineBot, manyBots } from '../cluster/bots.mjs';

/** @typedef {import('../cluster/cluster.mjs').Cluster} Cluster */

/** Namespaces that the crowd lives in. */
export const TRADING = 'trading';
const MAJORS = 'majors';
const LEGACY = 'legacy';
const NAMESPACES = [TRADING, MAJORS, LEGACY];

/** @param {string} pair @param {string} [exchange] */
const notes = (pair, exchange = 'binance_paper_trade') => ({
  'hummingdeck.io/pair': pair,
  'hummingdeck.io/exchange': exchange,
  'hummingdeck.io/strategy': 'pure_market_making',
  'hummingdeck.io/run': 'engine',
  'hummingdeck.io/paper': String(exchange.endsWith('_paper_trade')),
  'hummingdeck.io/template': 'pmm-paper',
});
/** @param {string} name */
const labels = (name) => ({
  'app.kubernetes.io/name': 'hummingbot',
  'app.kubernetes.io/instance': name,
  'app.kubernetes.io/managed-by': 'hummingdeck',
  'hummingdeck.io/bot': '1',
});

/**
 * A bot in the app's own form that runs the stand-in.
 * @param {string} name @param {string} pair @param {import('../cluster/bots.mjs').BotOptions & { exchange?: string }} [options]
 */
function own(name, pair, options = {}) {
  const objects = engineBot({ name, pair, namespace: TRADING, grace: 5, ...options });
  const set = objects.at(-1);
  set.metadata.labels = labels(name);
  set.spec.template.metadata.labels = labels(name);
  set.metadata.annotations = notes(pair, options.exchange);
  return objects;
}

/** On a real node: bots that trade, one that crashes, one whose image is missing, one stopped, one made by hand. @param {Cluster} cluster */
export async function crowd(cluster) {
  // On a cluster that is used again the crowd of the time before may still be going.
  await kubectl(cluster, 'delete', 'namespace', ...NAMESPACES, '--ignore-not-found', '--wait=true');
  for (const name of NAMESPACES) await kubectl(cluster, 'create', 'namespace', name);
  await nameProvider(cluster, 'linode');
  const waits = own('btc-usdt-tight', 'BTC-USDT');
  waits.at(-1).metadata.annotations['hummingdeck.io/pending-config'] = 'btc-usdt-tight-config-9f2c41d07e';
  await apply(cluster, [
    ...own('btc-usdt-wide', 'BTC-USDT'),
    ...waits,
    ...own('eth-usdt-mm', 'ETH-USDT', { exchange: 'kucoin_paper_trade' }),
    ...own('sol-usdt-mm', 'SOL-USDT', { namespace: MAJORS }),
    ...own('xrp-usdt-mm', 'XRP-USDT', { namespace: MAJORS, replicas: 0 }),
    ...own('ada-usdt-mm', 'ADA-USDT', { namespace: MAJORS, faults: 'crash-after=2 leave-orders' }),
    ...own('doge-usdt-mm', 'DOGE-USDT', { namespace: MAJORS, image: 'registry.invalid/hummingbot:version-2.17.0' }),
    ...classicBot({ name: 'ltc-usdt', namespace: LEGACY, pair: 'LTC-USDT', exchange: 'binance_paper_trade', grace: 1 }),
  ]);
}

/** On fake nodes, whose pods only seem to run. @param {Cluster} cluster */
export async function distantCrowd(cluster) {
  await kubectl(cluster, 'create', 'namespace', TRADING);
  await nameProvider(cluster, 'digitalocean');
  const pairs = ['BTC-USDC', 'ETH-USDC', 'LINK-USDT', 'AVAX-USDT', 'DOT-USDT', 'ATOM-USDT', 'NEAR-USDT', 'UNI-USDT'];
  const exchanges = ['kraken_paper_trade', 'gate_io_paper_trade', 'kucoin_paper_trade'];
  const name = (/** @type {number} */ i) => `${pairs[i]?.toLowerCase()}-${i % 2 ? 'wide' : 'mm'}`;
  const sets = manyBots({ count: pairs.length, namespace: TRADING });
  for (const [i, set] of sets.entries()) {
    set.metadata = { ...set.metadata, name: name(i), labels: labels(name(i)) };
    set.metadata.annotations = notes(pairs[i] ?? '', exchanges[i % exchanges.length]);
    set.spec.selector.matchLabels = { 'app.kubernetes.io/instance': name(i) };
    set.spec.template.metadata.labels = labels(name(i));
    if (i === 5) set.spec.replicas = 0;
  }
  await apply(cluster, sets);
}

/** Nodes say by their id whose machines they are. @param {Cluster} cluster @param {string} provider */
async function nameProvider(cluster, provider) {
  const nodes = (await kubectl(cluster, 'get', 'nodes', '-o', 'name')).split('\n').filter(Boolean);
  for (const [i, node] of nodes.entries()) {
    const patch = { spec: { providerID: `${provider}://${7_000 + i}` } };
    await kubectl(cluster, 'patch', node, '-p', JSON.stringify(patch)).catch(() => '');
  }
}

/** Removes what `crowd` made. @param {Cluster} cluster */
export async function disperse(cluster) {
  await kubectl(cluster, 'delete', 'namespace', ...NAMESPACES, '--ignore-not-found', '--wait=false');
}
