import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LABEL } from '../../electron/bot/format';
import { objectsOf } from '../../electron/bot/manifest';
import { draftToSpec } from '../../electron/bot/spec';
import { draftOf } from '../../electron/bot/testObjects';
import { systemClock } from '../../electron/cluster';
import { createCapacity, createMetrics } from '../../electron/fleet';
import { roomOn, withReporter, type BotSize } from '../../shared/capacity';
import type { Pod, StatefulSet } from '../../electron/cluster/objects';
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
const madeNodes: string[] = [FAKE];
const hearts: NodeJS.Timeout[] = [];
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
  hearts.forEach(clearInterval);
  for (const name of madeNodes) {
    await far.send('DELETE', `/api/v1/nodes/${name}`);
    await far.send('DELETE', `/apis/storage.k8s.io/v1/csinodes/${name}`).catch(() => undefined);
  }
  await kubectl(cluster, 'delete', 'pods', '--all', '-n', namespace, '--force', '--wait=false');
  await kubectl(cluster, 'delete', 'persistentvolumes', '-l', `test=${namespace}`, '--wait=false');
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

const diskClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: `disk-${namespace}` },
  provisioner: 'disk.example',
  volumeBindingMode: 'WaitForFirstConsumer',
};
const idle = (name: string, cpu: string, memory: string, more: object = {}) => ({
  ...{ name, image: 'none', resources: { requests: { cpu, memory } } },
  ...more,
});

/** A node that the scheduler takes and on which nothing runs, of the test's own; `disks` volumes can be attached to it. */
async function emptyNode(name: string, allocatable: Record<string, string>, disks?: number): Promise<string> {
  madeNodes.push(name);
  await far.send('POST', '/api/v1/nodes', { metadata: { name, labels: { 'kubernetes.io/hostname': name } } });
  const beat = () => {
    const conditions = [{ type: 'Ready', status: 'True', reason: 'Test', lastHeartbeatTime: new Date().toISOString() }];
    const status = { allocatable, capacity: allocatable, conditions };
    return far.send('PATCH', `/api/v1/nodes/${name}/status`, { status }, 'application/merge-patch+json');
  };
  await beat();
  hearts.push(setInterval(() => void beat().catch(() => undefined), 5_000));
  await far.send('POST', '/apis/storage.k8s.io/v1/csinodes', {
    metadata: { name },
    spec: {
      drivers: disks ? [{ name: 'disk.example', nodeID: name, topologyKeys: null, allocatable: { count: disks } }] : [],
    },
  });
  await until('an open node', async () => {
    const { nodes } = await capacityIn(world).of(clusterId, false);
    return nodes.find((one) => one.name === name)?.state === 'open';
  });
  return name;
}
/** Makes a pod that may go to this node alone, by the scheduler's choice and not by name. */
async function ask(node: string, name: string, spec: object): Promise<string> {
  const own = { serviceAccountName: 'default', nodeSelector: { 'kubernetes.io/hostname': node } };
  await far.send('POST', `/api/v1/namespaces/${namespace}/pods`, { metadata: { name }, spec: { ...spec, ...own } });
  return `/api/v1/namespaces/${namespace}/pods/${name}`;
}
async function place(node: string, name: string, spec: object): Promise<void> {
  const path = await ask(node, name, spec);
  await until(`${name} to have its node`, async () => ((await far.get(path)) as Pod).spec.nodeName === node);
}
async function tooMuch(node: string, name: string, spec: object, why: RegExp): Promise<void> {
  const path = await ask(node, name, spec);
  const gate = await until('the word of the scheduler', async () =>
    ((await far.get(path)) as Pod).status?.conditions?.find(({ type }) => type === 'PodScheduled'),
  );
  expect(gate).toMatchObject({ status: 'False', reason: 'Unschedulable', message: expect.stringMatching(why) });
}
/** A volume of the driver and its claim, bound to each other. */
async function disk(name: string): Promise<object[]> {
  const storageClassName = diskClass.metadata.name;
  const [accessModes, size] = [['ReadWriteOnce'], { storage: '1Gi' }];
  await far.send('POST', '/api/v1/persistentvolumes', {
    metadata: { name: `${namespace}-${name}`, labels: { test: namespace } },
    spec: {
      ...{ accessModes, capacity: size, storageClassName, persistentVolumeReclaimPolicy: 'Retain' },
      ...{ csi: { driver: 'disk.example', volumeHandle: name }, claimRef: { namespace, name } },
    },
  });
  const claims = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
  await far.send('POST', claims, {
    metadata: { name },
    spec: { accessModes, storageClassName, volumeName: `${namespace}-${name}`, resources: { requests: size } },
  });
  await until('its volume', async () => (await far.get(`${claims}/${name}`)).status?.phase === 'Bound');
  return [{ name: 'data', persistentVolumeClaim: { claimName: name } }];
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

  it('ends where the scheduler says so: what is left after it stays Pending', async () => {
    const node = await emptyNode(`${namespace}-full`, { cpu: '2', memory: '3Gi', pods: '20' });
    const room = async (size: BotSize) =>
      roomOn(
        (await capacityIn(world).of(clusterId, false)).nodes.find(({ name }) => name === node)!,
        size,
      )!;
    // Beside others' pods of every shape that the scheduler counts in its own way.
    await place(node, 'other', {
      initContainers: [idle('stays', '100m', '100Mi', { restartPolicy: 'Always' }), idle('first', '700m', '150Mi')],
      containers: [idle('a', '50m', '100Mi'), idle('b', '0.15', '50M')],
    });
    const { cpuMilli, memoryMi, ...draft } = draftOf({ reporter: true });
    const objects = objectsOf(await draftToSpec({ ...draft, cpuMilli, memoryMi }, { preview: true }));
    const made = objects.find(({ kind }) => kind === 'StatefulSet') as unknown as StatefulSet;
    const bot = made.spec.template.spec;
    const found = await room(withReporter({ cpuMilli, memoryMi }));
    expect(found.bots).toBeGreaterThan(1);
    const volumes = bot.volumes!.map((one) => (one.persistentVolumeClaim ? { name: one.name, emptyDir: {} } : one));
    for (let i = 0; i < found.bots; i++) await place(node, `bot-${i}`, { ...bot, volumes });
    await tooMuch(node, 'bot-more', { ...bot, volumes }, new RegExp(`Insufficient ${found.bound}`));
    expect(await room(withReporter({ cpuMilli, memoryMi }))).toEqual({ bots: 0, bound: found.bound });
  });

  it('ends with the volumes that the default class’s driver can attach to a node', async () => {
    const node = await emptyNode(`${namespace}-disks`, { cpu: '64', memory: '64Gi', pods: '110' }, 3);
    const isDefault = (name: string, yes: boolean) =>
      kubectl(
        ...([cluster, 'annotate', 'storageclass', name, '--overwrite'] as const),
        `storageclass.kubernetes.io/is-default-class=${yes}`,
      );
    await apply(cluster, [diskClass]);
    await isDefault('standard', false);
    await isDefault(diskClass.metadata.name, true);
    try {
      const found = await capacityIn(world).of(clusterId, false);
      expect(found.volumes).toContain('Volumes are those of disk.example');
      const of = (name: string) => found.nodes.find((one) => one.name === name)!;
      expect(of(FAKE).volumes).toEqual({ used: 0, limit: 7 });
      expect(of(node).volumes).toEqual({ used: 0, limit: 3 });
      expect(of(cluster.node!).volumes).toBeNull();
      expect(roomOn(of(node), SIZE)).toEqual({ bots: 3, bound: 'volumes' });
      const containers = [idle('bot', '100m', '256Mi')];
      const [more, ...fit] = await Promise.all([0, 1, 2, 3].map((i) => disk(`disk-${i}`)));
      for (const [i, volumes] of fit.entries()) await place(node, `fits-${i}`, { containers, volumes });
      await tooMuch(node, 'disk-more', { containers, volumes: more }, /exceed max volume count/);
      // Nothing here attaches them: they count by their claims alone.
      const full = await capacityIn(world).of(clusterId, false);
      const then = full.nodes.find((one) => one.name === node)!;
      expect(then.volumes).toEqual({ used: 3, limit: 3 });
      expect(roomOn(then, SIZE)).toEqual({ bots: 0, bound: 'volumes' });
      expect(full.unread).toEqual([]);
    } finally {
      await isDefault('standard', true);
      await kubectl(cluster, 'delete', 'storageclass', diskClass.metadata.name);
    }
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
