import { afterAll, beforeAll, expect, it } from 'vitest';
import { LABEL } from '../../electron/bot/format';
import { systemClock } from '../../electron/cluster';
import { createOperations } from '../../electron/operations';
import { api, apply, kubectl } from '../cluster/cluster.mjs';
import { engineBot } from '../cluster/bots.mjs';
import { fleetWorld, until } from './fleetWorld';
import { ownCluster } from './ownCluster';

/** A node whose heartbeats end, as Kubernetes' own node controller and eviction by taints see it. */
const cluster = ownCluster();
const namespace = `silent-${Date.now().toString(36)}`;
const node = `${namespace}-node`;
const far = api(cluster);
const MERGE = 'application/merge-patch+json';
const now = () => new Date().toISOString();
const kube = (...args: string[]) => kubectl(cluster, '--namespace', namespace, ...args);
const lease = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';

beforeAll(() => kubectl(cluster, 'create', 'namespace', namespace));
afterAll(async () => {
  await kube('delete', 'pods,statefulsets', '--all', '--force', '--wait=false');
  await kubectl(cluster, 'delete', 'namespace', namespace, '--wait=false');
  for (const path of [`/api/v1/nodes/${node}`, `${lease}/${node}`])
    await far.send('DELETE', path).catch(() => undefined);
  far.close();
});

/** The bot on the test's node alone, which gives it up after five seconds of silence instead of five minutes. */
function botThere(name: string): object[] {
  interface Part {
    kind: string;
    spec: { template: { spec: Record<string, unknown> } };
  }
  const objects = structuredClone(engineBot({ name, namespace, labels: { [LABEL.bot]: '1' } })) as unknown as Part[];
  const { spec } = objects.find(({ kind }) => kind === 'StatefulSet')!.spec.template;
  spec.nodeSelector = { 'kubernetes.io/hostname': node };
  spec.volumes = (spec.volumes as { name: string }[]).map((volume) =>
    'persistentVolumeClaim' in volume ? { name: volume.name, emptyDir: {} } : volume,
  );
  spec.tolerations = ['not-ready', 'unreachable'].map((key) => ({
    ...{ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 },
  }));
  return objects.filter(({ kind }) => kind !== 'PersistentVolumeClaim');
}

it('a bot whose node falls silent is probably still trading; of its next pod it is said that the node was lost', async () => {
  const room = { cpu: '4', memory: '8Gi', pods: '10' };
  await far.send('POST', '/api/v1/nodes', { metadata: { name: node, labels: { 'kubernetes.io/hostname': node } } });
  await far.send('POST', lease, { metadata: { name: node }, spec: { holderIdentity: node, leaseDurationSeconds: 40 } });
  const beat = async () => {
    const at = now();
    const conditions = [{ type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: at }];
    const status = { conditions, capacity: room, allocatable: room };
    await far.send('PATCH', `/api/v1/nodes/${node}/status`, { status }, MERGE);
    await far.send('PATCH', `${lease}/${node}`, { spec: { renewTime: at.replace('Z', '000Z') } }, MERGE);
  };
  await beat();
  const heart = setInterval(() => void beat().catch(() => undefined), 5_000);
  const world = await fleetWorld([cluster.kubeconfig]);
  const ops = createOperations({
    ...{ connectionOf: world.fleet.connectionOf, clock: systemClock, holder: 'test', newId: () => crypto.randomUUID() },
    ...{ emit: () => undefined, gone: () => undefined },
  });
  try {
    world.fleet.setEnabled(world.contextIds()[0]!, true);
    await apply(cluster, botThere('eth-1'));
    const row = () => world.row(namespace, 'eth-1');
    await until('its node', () => row()?.node === node);
    const at = now();
    const ready = ['Initialized', 'Ready', 'ContainersReady'].map((type) => ({ type, status: 'True' }));
    const container = { name: row()!.container, ready: true, restartCount: 0, image: 'i', imageID: 'i' };
    const status = {
      ...{ phase: 'Running', startTime: at, conditions: [...ready, { type: 'PodScheduled', status: 'True' }] },
      containerStatuses: [{ ...container, state: { running: { startedAt: at } } }],
    };
    await far.send('PATCH', `/api/v1/namespaces/${namespace}/pods/eth-1-0/status`, { status }, MERGE);
    await until('a running bot', () => row()?.state === 'running');
    const first = row()!;

    clearInterval(heart);
    await until('word that it is silent', () => row()?.state === 'unknown', 120);
    expect(row()!.reason).toBe(`The node ${node} does not answer: the bot is probably still trading.`);
    // What Kubernetes calls it meanwhile: still Running, or, given up by its taint, Terminating.
    const uid = ['get', 'pod', 'eth-1-0', '-o', 'jsonpath={.metadata.uid} {.metadata.deletionTimestamp}'];
    await until('it to be given up', async () => / \d/.test(await kube(...uid)), 60);
    expect(row()).toMatchObject({ state: 'unknown', podUid: first.podUid });

    await kube('delete', 'pod', 'eth-1-0', '--force', '--grace-period=0');
    await until('its next pod', () => row()?.hasPod && row()!.podUid !== first.podUid);
    const { lastEnd } = await ops.events({ ...row()!, kind: 'StatefulSet' });
    expect(lastEnd).toMatch(/^Its last pod was given up: its node did not answer/);
  } finally {
    clearInterval(heart);
    await ops.dispose();
    world.dispose();
  }
}, 300_000);
