import type { ObjectRef } from '../../shared/bots';
import { recognise } from '../bot/recognise';
import { readerPodOf } from '../bot/readerPod';
import { parseOpenOrders, type OpenOrder, type OpenOrders } from '../hummingbot/openOrders';
import { PODS } from '../cluster';
import type { Pod, StatefulSet } from '../cluster/objects';
import type { Context } from './context';
import { claimOf } from './live';
import { logTail } from './pods';
import type { Task } from './run';
import { orNull, type Site } from './site';
import { count, listed } from './text';
import { makeNew } from './write';

/** What is known of orders after a stop. */
export interface Aftermath {
  kind: 'none' | 'some' | 'unknown';
  /** A sentence with what is known and how. */
  words: string;
  /** There is no record on its volume: it never got as far as placing an order. */
  missing?: true;
}

export interface AfterOptions {
  context: Context;
  task: Task;
  site: Site;
  workload: StatefulSet;
  strategyFile: string;
  /** What the bot knew just before the stop. */
  before: OpenOrders;
  /** Hummingbot has not run in the pod that was stopped; an earlier one may still have left orders. */
  idle: boolean;
}

/** How long the reading of the stopped bot's volume may take, ms: its pod has to find the node of the volume and start. */
const READING = 45_000;

/** Looks into the stopped bot's database by a short-lived pod on its volume. Never throws but CANCELLED. */
export async function afterStop(options: AfterOptions): Promise<Aftermath> {
  const { task, workload, strategyFile } = options;
  const neverRan = (): Aftermath => {
    task.step('after', 'skipped', 'Hummingbot had not run');
    return { kind: 'none', words: 'Hummingbot had not run, so it placed no order' };
  };
  if (options.idle && !(await mayHaveRecord(options))) return neverRan();
  task.step('after', 'running', "The bot's own record is read");
  let after: OpenOrders = { known: false, reason: 'The bot keeps no volume.' };
  try {
    if (strategyFile && recognise(workload)) after = await readVolume(options);
  } catch (thrown) {
    if (task.signal.aborted) throw thrown;
    after = { known: false, reason: "The bot's volume could not be read." };
  }
  if (options.idle && !after.known && after.missing) return neverRan();
  const result = aftermathOf(options.before, after);
  task.step('after', result.kind === 'none' ? 'done' : result.kind === 'some' ? 'failed' : 'skipped', result.words);
  return result;
}

/** A volume that was never given out holds nothing of an earlier run. */
async function mayHaveRecord({ site, workload, task }: AfterOptions): Promise<boolean> {
  try {
    const claim = await claimOf(site, workload);
    return claim !== undefined && claim?.status?.phase !== 'Pending';
  } catch {
    task.check();
    return true;
  }
}

async function readVolume({ context, task, site, workload, strategyFile }: AfterOptions): Promise<OpenOrders> {
  const { clock } = context;
  const name = `${workload.metadata.name}-read-${context
    .newId()
    .replace(/[^a-z0-9]/gi, '')
    .toLowerCase()
    .slice(0, 8)}`;
  const manifest = readerPodOf(workload, { name, strategyFile });
  if (!manifest) return { known: false, reason: 'The bot keeps no volume.' };
  const { namespace } = manifest.metadata;
  // Should the app end here, it goes with the bot at the latest; its deadline ends it within a minute.
  const { name: owner, uid } = workload.metadata;
  Object.assign(manifest.metadata, {
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: owner, uid }],
  });
  const made = await makeNew(site, manifest);
  const ref: ObjectRef = { apiVersion: 'v1', kind: 'Pod', namespace, name, uid: made.metadata.uid };
  task.wrote(ref);
  try {
    const until = clock.now() + READING;
    while (clock.now() < until) {
      await task.sleep(700);
      const pod = await orNull(site.api.get<Pod>(PODS, namespace, name));
      if (!pod) break;
      const phase = pod.status?.phase;
      const waiting = pod.status?.containerStatuses?.[0]?.state?.waiting?.reason ?? '';
      if (/^(ErrImage|ImagePull|InvalidImage|CreateContainer)/.test(waiting)) break;
      if (phase === 'Succeeded' || phase === 'Failed')
        return parseOpenOrders((await logTail(site, pod, 'reader', { lines: 2000 })) ?? '');
    }
    return { known: false, reason: "The bot's volume could not be read in time." };
  } finally {
    // Its volume must be free before the bot is started again.
    await orNull(site.api.remove(PODS, namespace, name, { uid: made.metadata.uid, gracePeriodSeconds: 1 })).catch(
      () => undefined,
    );
    task.removed(ref);
  }
}

/** In every sentence that tells of orders a bot left. */
export const MAY_BE_OPEN = 'may still be open, as the bot last knew';

/** What the readings before and after say together. Pure. */
export function aftermathOf(before: OpenOrders, after: OpenOrders): Aftermath {
  if (after.known && after.orders.length === 0)
    return { kind: 'none', words: 'no order is open, as the bot last knew (its record was read after the stop)' };
  if (after.known)
    return {
      kind: 'some',
      words: `${count(after.orders.length, 'order')} ${MAY_BE_OPEN}: ${orderList(after.orders)}`,
    };
  if (before.known && before.orders.length === 0)
    return {
      kind: 'unknown',
      words: `no order was open before the stop, as the bot last knew; its record could not be read afterwards (${after.reason})`,
    };
  if (before.known)
    return {
      kind: 'unknown',
      words: `${count(before.orders.length, 'order')} ${before.orders.length === 1 ? 'was' : 'were'} open before the stop (${orderList(before.orders)}); whether they were cancelled was not checked: ${after.reason}`,
    };
  const words = `what orders are open is not known: ${after.reason}`;
  return { kind: 'unknown', words, ...(after.missing ? { missing: true } : {}) };
}

function orderList(orders: OpenOrder[]): string {
  const shown = orders.slice(0, 10).map((order) => {
    const what = [order.side, order.amount, order.pair, order.price && `at ${order.price}`].filter(Boolean).join(' ');
    return `${what || 'an order'} (${order.exchangeOrderId ? `exchange order id ${order.exchangeOrderId}` : 'exchange order id unknown'}, ${order.market})`;
  });
  if (orders.length > 10) shown.push(`${orders.length - 10} more`);
  return listed(shown);
}
