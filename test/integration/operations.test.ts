import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { NAMESPACES } from '../../electron/cluster';
import { adminTarget, desk, draft, makeNamespace, openOrders, type Desk } from './operationsKit';

const cluster = inject('cluster');
let admin: Desk;
let namespace: string;
const namespaces: string[] = [];

beforeAll(async () => {
  admin = await desk(adminTarget(cluster));
  namespace = await makeNamespace(admin.api);
  namespaces.push(namespace);
});
afterAll(async () => {
  for (const name of namespaces) await admin.api.remove(NAMESPACES, null, name).catch(() => undefined);
  admin.dispose();
});

describe('a bot from deploy to delete', () => {
  it('trades after the deploy, leaves no order after the stop', async () => {
    const deployed = await admin.end(admin.operations.deploy(draft(admin.clusterId, namespace, 'eth-1')));
    expect(deployed).toMatchObject({ outcome: 'done', error: null });
    expect(deployed.message).toMatch(/eth-1 trades\. Trades ETH-USDT on binance_PaperTrade/);
    expect(deployed.steps.map((step) => step.state)).toEqual(deployed.steps.map(() => 'done'));
    expect(await openOrders(cluster, namespace)).not.toHaveLength(0);

    const bot = await admin.ref(namespace, 'eth-1');
    const stopped = await admin.end(admin.operations.stop(bot, { confirmedCluster: 'Frankfurt', force: false }));
    expect(stopped.message).toMatch(/exit code 0.*No order is open/);
    expect(stopped.outcome).toBe('done');
    expect(await openOrders(cluster, namespace)).toEqual([]);
  });
});
