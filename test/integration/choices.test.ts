import { afterAll, beforeAll, expect, it } from 'vitest';
import { LABEL } from '../../electron/bot/format';
import {
  CSI_DRIVERS,
  NAMESPACES,
  PERSISTENT_VOLUME_CLAIMS,
  PODS,
  STATEFUL_SETS,
  STORAGE_CLASSES,
} from '../../electron/cluster';
import type { KubeObject, StatefulSet } from '../../electron/cluster/objects';
import { adminTarget, desk, draft, makeNamespace, type Desk } from './operationsKit';
import { ownCluster } from './ownCluster';

/** What a deployment chooses by what the cluster has: how a volume may be used, and by which digest an image is pulled. */
const cluster = ownCluster();
const NAME = `one-pod-${Date.now().toString(36)}`;
const DRIVER = `${NAME}.test`;
const IMAGE = 'hummingbot/hummingbot:version-2.15.0';
const DIGEST = `sha256:${'7'.repeat(64)}`;
let admin: Desk;
let namespace: string;

beforeAll(async () => {
  admin = await desk(adminTarget(cluster));
  namespace = await makeNamespace(admin.api, {});
  await admin.api.create(CSI_DRIVERS, null, { metadata: { name: DRIVER }, spec: {} } as never);
  await admin.api.create(STORAGE_CLASSES, null, { metadata: { name: NAME }, provisioner: DRIVER } as never);
});
afterAll(async () => {
  await admin.api.remove(NAMESPACES, null, namespace);
  await admin.api.remove(STORAGE_CLASSES, null, NAME);
  await admin.api.remove(CSI_DRIVERS, null, DRIVER);
  admin.dispose();
});

/** Deploys until the bot is written, then stops watching; gives its claim and its workload as they stand. */
async function written(name: string, change: object) {
  const { operationId } = admin.operations.deploy(draft(admin.clusterId, namespace, name, change));
  const set = await admin.eventually(() => admin.api.get<StatefulSet>(STATEFUL_SETS, namespace, name));
  await admin.operations.act(operationId, 'cancel');
  await admin.end({ operationId });
  const claim = await admin.api.get<KubeObject & { spec: { accessModes: string[] } }>(
    PERSISTENT_VOLUME_CLAIMS,
    namespace,
    `${name}-data`,
  );
  return { modes: claim.spec.accessModes, image: set.spec.template.spec.containers[0]!.image };
}

it('a volume is for one pod alone where its class has a CSI driver, else for one node', async () => {
  expect((await written('alone', { storageClass: NAME })).modes).toEqual(['ReadWriteOncePod']);
  expect((await written('shared', {})).modes).toEqual(['ReadWriteOnce']);
});

it('an image that bots of the cluster run already is pulled by their digest', async () => {
  expect((await written('first', { image: IMAGE })).image).toBe(IMAGE);
  const pod = {
    metadata: { name: 'runs-it', labels: { [LABEL.bot]: '1' } },
    spec: { schedulerName: 'nobody', containers: [{ name: 'hummingbot', image: IMAGE }] },
  };
  await admin.api.create(PODS, namespace, pod as never);
  const imageID = `docker.io/hummingbot/hummingbot@${DIGEST}`;
  const status = { name: 'hummingbot', image: IMAGE, imageID, ready: true, restartCount: 0, state: {} };
  await admin.api.merge(
    PODS,
    namespace,
    'runs-it',
    { status: { containerStatuses: [status] } },
    { subresource: 'status' },
  );
  expect((await written('second', { image: IMAGE })).image).toBe(`${IMAGE}@${DIGEST}`);
});

it('a pull secret that is not there is named by the dry run', async () => {
  const report = await admin.operations.dryRun(draft(admin.clusterId, namespace, 'private', { pullSecret: 'nowhere' }));
  expect(report.warnings.join()).toContain('There is no pull secret “nowhere”');
});
