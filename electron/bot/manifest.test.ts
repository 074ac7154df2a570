import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { TemplateId } from '../../shared/bots';
import type { PodSpec, StatefulSet } from '../cluster/objects';
import {
  configMapOf,
  filesOfConfigMap,
  objectsOf,
  podOf,
  refOf,
  withConfig,
  yamlOf,
  type ManifestObject,
} from './manifest';
import { readerPodOf } from './readerPod';
import { draftToSpec } from './spec';
import { draftOf, workloadOf } from './testObjects';

const make = async (template: TemplateId): Promise<ManifestObject[]> =>
  objectsOf(
    await draftToSpec(draftOf({ template, name: template === 'pmm-paper' ? 'eth-1' : 'btc-usdt' }), { preview: true }),
  );
const podSpecOf = (objects: ManifestObject[]): PodSpec => (objects[4] as unknown as StatefulSet).spec.template.spec;

describe.each<TemplateId>(['pmm-paper', 'classic-btc-usdt'])('%s', (template) => {
  test('makes these objects', async () => {
    await expect(yamlOf(await make(template), { hideSecrets: true })).toMatchFileSnapshot(
      `./golden/${template}.golden`,
    );
  });
  test('shows its password nowhere: not in a command, an environment, or the preview', async () => {
    const objects = await make(template);
    const others = JSON.stringify(objects.filter(({ kind }) => kind !== 'Secret'));
    const hidden = yamlOf(objects, { hideSecrets: true });
    for (const word of ['correct horse', Buffer.from('correct horse').toString('base64')]) {
      expect(others).not.toContain(word);
      expect(hidden).not.toContain(word);
    }
    expect(yamlOf(objects, { hideSecrets: false })).toContain(Buffer.from('correct horse').toString('base64'));
  });
  test('is refused by no strict namespace and touches nothing of its node', async () => {
    const { containers, initContainers = [] } = podSpecOf(await make(template));
    for (const container of [...containers, ...initContainers])
      expect(container).toMatchObject({
        securityContext: {
          readOnlyRootFilesystem: true,
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
        },
      });
    expect(podSpecOf(await make(template))).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 },
    });
  });
  test('points to the configuration and keys that are made with it', async () => {
    const objects = await make(template);
    const named = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    for (const { configMap, secret, persistentVolumeClaim } of podSpecOf(objects).volumes ?? []) {
      if (configMap) expect(named).toContain(`ConfigMap/${configMap.name}`);
      if (secret) expect(named).toContain(`Secret/${secret.secretName}`);
      if (persistentVolumeClaim) expect(named).toContain(`PersistentVolumeClaim/${persistentVolumeClaim.claimName}`);
    }
  });
  test('what is exported is what is applied', async () => {
    const objects = await make(template);
    const read = parseAllDocuments(yamlOf(objects, { hideSecrets: false })).map(
      (document) => document.toJS() as unknown,
    );
    expect(read).toEqual(objects);
  });
});

test('nothing brings a change into effect by itself', async () => {
  const objects = await make('pmm-paper');
  expect(objects[4]).toMatchObject({ spec: { updateStrategy: { type: 'OnDelete' } } });
  expect(objects.filter(({ immutable }) => immutable).map(({ kind }) => kind)).toEqual(['ConfigMap', 'Secret']);
});
test('a pull secret, a storage class and an access mode are taken over', async () => {
  const spec = await draftToSpec(draftOf({ pullSecret: 'reg', storageClass: 'fast' }), {
    preview: true,
    accessMode: 'ReadWriteOncePod',
  });
  const objects = objectsOf(spec);
  expect(podSpecOf(objects)).toMatchObject({ imagePullSecrets: [{ name: 'reg' }] });
  expect(objects[3]).toMatchObject({ spec: { accessModes: ['ReadWriteOncePod'], storageClassName: 'fast' } });
});

describe('files of a ConfigMap', () => {
  const files = [
    { path: 'strategies/eth-1.yml', text: 'a: 1\n' },
    { path: 'controllers/x.y.yml', text: '' },
    { path: 'conf_client.yml', text: 'b: 2\n' },
  ];
  test('come back as they went in', () => {
    const { data } = configMapOf('eth-1', 'bots', files) as { data?: Record<string, string> };
    const back = filesOfConfigMap({ data });
    expect(back).toHaveLength(3);
    expect(back).toEqual(expect.arrayContaining(files));
    expect(back[2]?.path).toBe('conf_client.yml');
  });
  test('have one name whatever their order', () => {
    expect(configMapOf('eth-1', 'bots', files).metadata.name).toBe(
      configMapOf('eth-1', 'bots', [...files].reverse()).metadata.name,
    );
  });
  test('of a bot made by hand keep their names', () => {
    const data = { 'quickstart.yml': '', 'conf_global.yml': '', 'encrypted_default.json': '{}' };
    expect(filesOfConfigMap({ data }).map(({ path }) => path)).toEqual([
      'encrypted_default.json',
      'quickstart.yml',
      'conf_global.yml',
    ]);
  });
});

test('the pod of a dry run can never be taken for the bot', async () => {
  const pod = podOf((await make('pmm-paper'))[4] as ManifestObject);
  expect(pod.metadata.name).toBe('eth-1-dry-run');
  expect(Object.keys(pod.metadata.labels ?? {})).toEqual(['app.kubernetes.io/managed-by']);
});
test('the reader of orders mounts the volume read-only where the bot had it', async () => {
  const pod = readerPodOf(await workloadOf(), { name: 'eth-1-orders', strategyFile: 'eth-1.yml' });
  expect(pod?.spec).toMatchObject({
    restartPolicy: 'Never',
    containers: [{ volumeMounts: [{ mountPath: '/tmp' }, { mountPath: '/volume', subPath: 'db', readOnly: true }] }],
  });
  const bare = await workloadOf();
  bare.spec.template.spec.volumes = [];
  expect(readerPodOf(bare, { name: 'x', strategyFile: 'y' })).toBeNull();
});
test('another configuration changes one name and nothing else', async () => {
  const { template } = (await workloadOf()).spec;
  const before = JSON.stringify(template);
  const after = JSON.stringify(withConfig(template, 'eth-1-config-new'));
  expect(JSON.stringify(template)).toBe(before);
  expect(after).toBe(before.replace(/eth-1-config-[0-9a-f]{10}/, 'eth-1-config-new'));
});
test('an object is referred to with its uid where it has one', async () => {
  const { apiVersion: _, kind: __, ...item } = await workloadOf();
  expect(refOf(item)).toEqual({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    namespace: 'bots',
    name: 'eth-1',
    uid: 'w1',
  });
});
