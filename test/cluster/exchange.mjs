// The exchange at which the stand-in bots trade: it knows every open order, so that a test can count what a bot left behind.
import { createServer } from 'node:http';
import { sleep, until } from './process.mjs';

/**
 * @typedef {{id: string, clientId: string, namespace: string, pod: string, bot: string, pair: string, side: 'buy' | 'sell',
 *   price: string, amount: string, status: 'open' | 'filled' | 'cancelled', createdAt: number, updatedAt: number}} Order times in ms
 */

/** The port at which pods find it at the address of their gateway. */
export const podPort = 8900;

/** Mid prices walk slowly around these; other pairs around 10. */
const middles = /** @type {Record<string, number>} */ ({
  BTC: 60000,
  ETH: 3000,
  SOL: 150,
  BNB: 600,
  XRP: 0.6,
  AVAX: 30,
});

/** @param {string} pair @param {number} [now] ms */
const midPrice = (pair, now = Date.now()) =>
  (middles[pair.split('-')[0] ?? ''] ?? 10) * (1 + 0.002 * Math.sin(now / 20000));

/**
 * @param {{namespaceOf: (address: string, pod: string) => Promise<string>, signal: AbortSignal}} options
 * `namespaceOf` finds the namespace of the pod that sent an order
 */
export function makeExchange({ namespaceOf, signal }) {
  /** @type {Map<string, Order>} */ const orders = new Map();
  let next = 1000;

  /** @param {URLSearchParams} query */
  const select = (query) =>
    [...orders.values()].filter((order) => {
      const status = query.get('status') ?? 'open';
      if (status !== 'all' && order.status !== status) return false;
      return ['namespace', 'pod', 'bot', 'pair', 'side'].every(
        (key) => !query.has(key) || order[/** @type {keyof Order} */ (key)] === query.get(key),
      );
    });

  /** @param {Order} order @param {Order['status']} status */
  const settle = (order, status) => {
    if (order.status === 'open') Object.assign(order, { status, updatedAt: Date.now() });
    return order;
  };

  // Now and then the market reaches an order: each about once in two minutes, but none in a pod's first minute, so that a
  // short test can count orders.
  /** @type {Map<string, number>} */ const firstSeen = new Map();
  setInterval(() => {
    for (const order of orders.values()) {
      const since = firstSeen.get(order.pod) ?? 0;
      if (order.status === 'open' && Date.now() - since > 60_000 && Math.random() < 1 / 120) settle(order, 'filled');
    }
    while (orders.size > 200_000) orders.delete(/** @type {string} */ (orders.keys().next().value));
  }, 1000).unref();

  /** Orders whose namespace is being looked up; a bot does not wait for that, but who asks by namespace does. @type {Set<Promise<void>>} */
  const nameless = new Set();

  /** @param {string} method @param {URL} url @param {any} body @param {string} address */
  async function answer(method, url, body, address) {
    const [, top, id] = url.pathname.split('/');
    if (top === 'price') return { pair: id, mid: midPrice(id ?? '') };
    if (url.searchParams.has('namespace')) await Promise.race([Promise.all(nameless), sleep(3000)]);
    if (top === 'fill' && method === 'POST')
      return select(url.searchParams)
        .slice(0, Number(url.searchParams.get('count') ?? 1))
        .map((order) => settle(order, 'filled'));
    if (top !== 'orders') return undefined;
    if (method === 'GET') return id ? orders.get(id) : select(url.searchParams);
    if (method === 'DELETE')
      return id
        ? orders.has(id)
          ? settle(/** @type {Order} */ (orders.get(id)), 'cancelled')
          : undefined
        : select(url.searchParams).map((order) => settle(order, 'cancelled'));
    if (method !== 'POST') return undefined;
    const { clientId = '', pod = '', bot = '', pair = '', side = 'buy', price = '0', amount = '0' } = body;
    /** @type {Order} */
    const order = {
      id: String(++next),
      clientId,
      namespace: body.namespace ?? '',
      pod,
      bot,
      pair,
      side,
      price,
      amount,
      status: 'open',
      createdAt: Date.now(),
      updatedAt: Date.now(),
    };
    orders.set(order.id, order);
    firstSeen.set(pod, firstSeen.get(pod) ?? Date.now());
    if (!body.namespace && pod) {
      const finding = until('the namespace', () => namespaceOf(address, pod), 30, 300)
        .then((namespace) => void (order.namespace = namespace))
        .catch(() => {})
        .finally(() => nameless.delete(finding));
      nameless.add(finding);
    }
    return order;
  }

  /** @type {import('node:http').RequestListener} */
  const listener = async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    try {
      const address = request.socket.remoteAddress?.replace('::ffff:', '') ?? '';
      const result = await answer(
        request.method ?? 'GET',
        new URL(request.url ?? '/', 'http://exchange'),
        text ? JSON.parse(text) : {},
        address,
      );
      response
        .writeHead(result === undefined ? 404 : 200, { 'content-type': 'application/json' })
        .end(JSON.stringify(result ?? { error: 'not found' }));
    } catch (error) {
      response.writeHead(400).end(JSON.stringify({ error: String(error) }));
    }
  };

  /** @param {string} address @param {number} port 0 for any @returns {Promise<number>} */
  const listen = (address, port) =>
    new Promise((resolve, reject) => {
      const server = createServer(listener)
        .once('error', reject)
        .listen(port, address, () => resolve(/** @type {import('node:net').AddressInfo} */ (server.address()).port));
      signal.addEventListener('abort', () => server.close().closeAllConnections());
    });

  return { listen };
}
