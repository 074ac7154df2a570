import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LABEL } from '../../electron/bot/format';
import { systemClock } from '../../electron/cluster';
import { createCapacity, createMetrics } from '../../electron/fleet';
import { roomOn } from '../../shared/capacity';
import type { MetricsNews } from '../../shared/metrics';
import { amountOf } from '../../shared/quantity';
import { classicBot, engineBot } from '../cluster/bots.mjs';
import { api, apply, kubectl, userKubeconfig } from '../cluster/cluster.mjs';
import { serveMetrics } from '../cluster/metrics.mjs';
import { fleetWorld, until, type FleetWorld } from './fleetWorld';
import { ownCluster } from './ownCluster';

/** What is left on nodes and what bots use, as kubectl has it of the same cluster. */
const cluster = ownCluster();
const namespace = `capacity-${Date.now().toString(36)}`;
const FAKE = `${namespace}-node`;
const files = mkdtempSync(join(tmpdir(), 'hd-capacity-'));
const labels = { [LABEL.bot]: '1' };
const far = api(cluster);
const SIZE = { cpuMilli: 100, memoryMi: 256 };
let world: FleetWorld;
let clusterId: string;
const capacityIn = ({ fleet }: FleetWorld) => createCapacity({ connectionOf: fleet.connectionOf, clock: systemClock });

async function on(file: string): Promise<FleetWorld> {
  const made = await fleetWorld([file]);
  for (const id of made.contextIds()) made.fleet.setEnabled(id, true);
  await until('a live cluster', () => made.fleet.clusters().some((one) => one.status.phase === 'live'));
  return made;
}

beforeAll(async () => {
  await kubectl(cluster, 'create', 'namespace', namespace);
  await apply(cluster, engineBot({ name: 'eth-1', namespace, labels }));
  await apply(cluster, classicBot({ name: 'btc-usdt', namespace }));
  // Never a place for anyone's pods: cordoned and kept for other work.
  await far.send('POST', '/api/v1/nodes', {
    metadata: { name: FAKE },
    spec: { unschedulable: true, taints: [{ key: 'test', value: 'only', effect: 'NoSchedule' }] },
  });
  await far.send('POST', '/apis/storage.k8s.io/v1/csinodes', {
    metadata: { name: FAKE },
    spec: { drivers: [{ name: 'disk.example', nodeID: FAKE, topologyKeys: null, allocatable: { count: 7 } }] },
  });
  world = await on(cluster.kubeconfig);
  clusterId = world.fleet.clusters()[0]!.id;
  for (const name of ['eth-1', 'btc-usdt'])
    await until(`${name} to run`, () => world.row(namespace, name)?.state === 'running', 120);
});
afterAll(async () => {
  world.dispose();
  await far.send('DELETE', `/api/v1/nodes/${FAKE}`);
  await far.send('DELETE', `/apis/storage.k8s.io/v1/csinodes/${FAKE}`).catch(() => undefined);
  await kubectl(cluster, 'delete', 'clusterrolebinding,clusterrole', '-l', `test=${namespace}`);
  await kubectl(cluster, 'delete', 'namespace', namespace, '--wait=false');
  far.close();
  rmSync(files, { recursive: true, force: true });
});

/** What kubectl says of a node: pods, and the first column of "Allocated resources". */
async function described(node: string) {
  const text = await kubectl(cluster, 'describe', 'node', node);
  const [, pods = '', rest = ''] = /Non-terminated Pods: +\((\d+) in total\)([\s\S]*)/.exec(text) ?? [];
  const asked = (resource: string) =>
    new RegExp(`^ +${resource} +(\\S+) \\(`, 'm').exec(rest.split('Allocated')[1]!)![1];
  return {
    pods: Number(pods),
    cpuMilli: Math.round(amountOf(asked('cpu')) * 1000),
    memory: amountOf(asked('memory')),
  };
}

describe('room on nodes', () => {
  it('is counted as kubectl describe node counts it', async () => {
    const capacity = capacityIn(world);
    // Others use this cluster too: counted between two equal words of kubectl.
    const pair = await until('a quiet moment', async () => {
      const before = await described(cluster.node!);
      const found = await capacity.of(clusterId, true);
      const after = await described(cluster.node!);
      if (JSON.stringify(before) === JSON.stringify(after) && Date.now() - found.at < 5_000) return { found, after };
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      return null;
    });
    const node = pair.found.nodes.find(({ name }) => name === cluster.node)!;
    const used = { pods: node.pods.used, cpuMilli: node.cpuMilli.used, memory: node.memory.used };
    expect(used).toEqual(pair.after);
    expect(used.pods).toBeGreaterThanOrEqual(2);
    const [pods, cpu, memory] = (
      await kubectl(
        cluster,
        'get',
        'node',
        cluster.node!,
        '-o',
        'jsonpath={.status.allocatable.pods} {.status.allocatable.cpu} {.status.allocatable.memory}',
      )
    ).split(' ');
    expect([node.pods.limit, node.cpuMilli.limit, node.memory.limit]).toEqual([
      Number(pods),
      amountOf(cpu) * 1000,
      amountOf(memory),
    ]);
    expect(node.state).toBe('open');
    expect(pair.found.volumes).toContain('not attached');
    expect(pair.found.unread).toEqual([]);
  });

  it('is none on a node that takes no bots, and the reason is told', async () => {
    const found = (await capacityIn(world).of(clusterId, false)).nodes.find(({ name }) => name === FAKE)!;
    // Nobody answers for it.
    expect(found.state).toBe('silent');
    expect(found.why).toContain('probably still trading');
    await far.send(
      'PATCH',
      `/api/v1/nodes/${FAKE}/status`,
      {
        status: {
          conditions: [{ type: 'Ready', status: 'True', reason: 'Test', lastHeartbeatTime: new Date().toISOString() }],
        },
      },
      'application/merge-patch+json',
    );
    const ready = (await capacityIn(world).of(clusterId, false)).nodes.find(({ name }) => name === FAKE)!;
    expect(ready).toMatchObject({ state: 'closed', why: expect.stringContaining('cordoned') });
    expect(roomOn(ready, SIZE)?.bots).toBe(0);
  });

  it('names the right that is missing, and shows what can be known without', async () => {
    const file = await userKubeconfig(cluster, { user: `counts-${namespace}`, namespace, file: join(files, 'one') });
    const allow = (name: string, rules: object[], kind = 'ClusterRole') => [
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind,
        metadata: { name, ...(kind === 'Role' ? { namespace } : { labels: { test: namespace } }) },
        rules,
      },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: `${kind}Binding`,
        metadata: { name, ...(kind === 'Role' ? { namespace } : { labels: { test: namespace } }) },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
        subjects: [{ kind: 'User', name: `counts-${namespace}`, apiGroup: 'rbac.authorization.k8s.io' }],
      },
    ];
    const rule = (apiGroup: string, ...resources: string[]) => ({
      apiGroups: [apiGroup],
      resources,
      verbs: ['get', 'list', 'watch'],
    });
    await apply(cluster, allow('sees-bots', [rule('', 'pods'), rule('apps', 'statefulsets')], 'Role'));
    const narrow = await on(file);
    try {
      const id = narrow.fleet.clusters()[0]!.id;
      await expect(capacityIn(narrow).of(id, false)).rejects.toMatchObject({
        error: { code: 'FORBIDDEN', hint: expect.stringContaining('list nodes') },
      });
      await apply(cluster, allow(`${namespace}-nodes`, [rule('', 'nodes')]));
      const found = await until('the right to count', () =>
        capacityIn(narrow)
          .of(id, false)
          .catch(() => null),
      );
      const node = found.nodes.find(({ name }) => name === cluster.node)!;
      expect(node.pods).toEqual({ used: null, limit: 110 });
      expect(roomOn(node, SIZE)).toBeNull();
      expect(found.unread.map(({ hint }) => hint).join()).toMatch(/list pods in all namespaces.*list csinodes/);
    } finally {
      narrow.dispose();
    }
  });
});

describe('what bots use', () => {
  it('is asked for once where bots of many namespaces are in view', async () => {
    const end = await serveMetrics(cluster);
    const id = world.row(namespace, 'eth-1')!.id;
    const own = world.fleet.podOfRow(id)!;
    const emitted: MetricsNews[] = [];
    const metrics = createMetrics({
      // Only the first is there; where the others are is all that counts.
      fleet: {
        connectionOf: world.fleet.connectionOf,
        spare: world.fleet.spare,
        podOfRow: (one) => (one === id ? own : { ...own, namespace: `${one}-ns` }),
      },
      clock: systemClock,
      emit: (event) => event.t === 'metrics' && emitted.push(event),
    });
    try {
      await until('it to be measured', async () => {
        const { items } = await far.get('/apis/metrics.k8s.io/v1beta1/pods');
        return items.some((item: { metadata: { name: string } }) => item.metadata.name === 'eth-1-0');
      });
      metrics.inView([id, 'b', 'c', 'd']);
      await until('what it uses', () => emitted.at(-1)?.usage[id]);
      expect(emitted).toHaveLength(1);
    } finally {
      metrics.dispose();
      await end();
    }
  });

  it('is what kubectl top has, where metrics are served; else the cluster is said to serve none', async () => {
    let news: MetricsNews = { usage: {}, clusters: {} };
    const watch = () =>
      createMetrics({
        fleet: world.fleet,
        clock: systemClock,
        emit: (event) => event.t === 'metrics' && (news = event),
      });
    const ids = ['eth-1', 'btc-usdt'].map((name) => world.row(namespace, name)!.id);
    const without = watch();
    without.inView(ids);
    await until('the word that there are none', () => news.clusters[clusterId]);
    expect(news.clusters[clusterId]).toContain('serves no metrics');
    without.dispose();

    const end = await serveMetrics(cluster);
    const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`;
    try {
      await until('both to be measured', async () => (await far.get(path)).items.length === 2);
      // The bot made by hand carries no label of the app's: only with it in view is its namespace asked for as a whole.
      for (const seen of [ids.slice(0, 1), ids]) {
        news = { usage: {}, clusters: {} };
        const metrics = watch();
        metrics.inView(seen);
        await until('what they use', () => seen.every((id) => news.usage[id]));
        expect(Object.keys(news.usage).sort()).toEqual([...seen].sort());
        metrics.dispose();
      }
      const { cpu, memory, at, ...limits } = news.usage[ids[0]!]!;
      const top = await kubectl(cluster, 'top', 'pods', '--namespace', namespace, '--no-headers');
      const [, , mebibytes] = /^eth-1-0 +(\d+)m +(\d+)Mi/m.exec(top)!;
      expect(Math.abs(memory / 1024 ** 2 - Number(mebibytes))).toBeLessThan(8);
      expect(memory).toBeGreaterThan(0);
      expect(cpu).toBeGreaterThanOrEqual(0);
      expect(Math.abs(Date.now() - at)).toBeLessThan(60_000);
      const pod = await far.get(`/api/v1/namespaces/${namespace}/pods/eth-1-0`);
      const limit = pod.spec.containers[0].resources.limits ?? {};
      expect(limits).toEqual({
        cpuLimit: limit.cpu ? amountOf(limit.cpu) : null,
        memoryLimit: limit.memory ? amountOf(limit.memory) : null,
      });
    } finally {
      await end();
    }
  });
});
