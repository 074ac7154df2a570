import { expect, it } from 'vitest';
import { objectsOf } from '../bot/manifest';
import { draftToSpec } from '../bot/spec';
import { draftOf } from '../bot/testObjects';
import type { KubeObject, StatefulSet } from '../cluster/objects';
import type { ObjectRef } from '../../shared/bots';
import { pin } from './site';
import { standing } from './standing';
import { smallCluster } from './testing';

const plurals: Record<string, string> = {
  ServiceAccount: 'serviceaccounts',
  ConfigMap: 'configmaps',
  Secret: 'secrets',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  StatefulSet: 'statefulsets',
};

/** A deployment whose answers were all lost, and how things stand on the cluster then. */
async function lost(there: (objects: KubeObject[]) => KubeObject[]) {
  const objects = objectsOf(await draftToSpec(draftOf(), { accessMode: 'ReadWriteOnce' }));
  const written = objects.map(({ apiVersion, kind, metadata }): ObjectRef => {
    return { apiVersion, kind, namespace: metadata.namespace, name: metadata.name };
  });
  const stored = objects.map((object) => ({
    ...object,
    metadata: { ...object.metadata, uid: `u-${object.kind}`, resourceVersion: '1', creationTimestamp: '' },
  })) as unknown as (KubeObject & { kind: string })[];
  const kindOf = new Map(stored.map((object) => [object.metadata.uid, object.kind]));
  const cluster = smallCluster(
    there(stored).map((object) => [plurals[kindOf.get(object.metadata.uid)!]!, object] as [string, KubeObject]),
  );
  const site = pin(cluster.connectionOf, 'c');
  const bot = objects.find(({ kind }) => kind === 'StatefulSet')!.metadata.name;
  return Promise.all(written.map(async (one) => [one.kind, !!(await standing(site, one, written, bot))] as const)).then(
    Object.fromEntries,
  ) as Promise<Record<string, boolean>>;
}

it('what was written without an answer is known again by its key store, and so stopped and removed as a whole', async () => {
  const ours = await lost((all) => all);
  expect(ours).toEqual({
    ...{ ServiceAccount: true, ConfigMap: true, Secret: true, PersistentVolumeClaim: true, StatefulSet: true },
  });
});

it('a bot of the same name that someone else made meanwhile is not taken for it, nor anything it may use', async () => {
  const ours = await lost((all) =>
    all.map((object) => {
      if (object.metadata.uid !== 'u-StatefulSet') return object;
      const theirs = structuredClone(object) as StatefulSet;
      for (const volume of theirs.spec.template.spec.volumes ?? [])
        if (volume.secret) volume.secret.secretName = 'eth-1-keys-1234567890';
      return theirs;
    }),
  );
  expect(ours).toMatchObject({
    ServiceAccount: false,
    ConfigMap: false,
    PersistentVolumeClaim: false,
    StatefulSet: false,
  });
});

it('what was written before the bot itself is free to be removed', async () => {
  const ours = await lost((all) => all.filter(({ metadata }) => metadata.uid !== 'u-StatefulSet'));
  expect(ours).toMatchObject({ ServiceAccount: true, ConfigMap: true, StatefulSet: false });
});
