// Storage classes: `standard` (default) makes local volumes on the node, `broken` never makes one.
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const provisioner = 'hummingdeck.test/local';
const pvs = '/api/v1/persistentvolumes';

/** @param {import('./api.mjs').Api} api */
export async function makeStorageClasses(api) {
  const make = (/** @type {string} */ name, /** @type {string} */ by, /** @type {object} */ annotations) =>
    api.send('POST', '/apis/storage.k8s.io/v1/storageclasses', {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name, annotations },
      provisioner: by,
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'WaitForFirstConsumer',
    });
  await make('standard', provisioner, { 'storageclass.kubernetes.io/is-default-class': 'true' });
  await make('broken', 'hummingdeck.test/broken', {});
}

/**
 * Gives every claim of class `standard` a volume once its pod has a node, and removes released volumes with their files.
 * @param {{api: import('./api.mjs').Api, dir: string, signal: AbortSignal, log: import('./process.mjs').Log}} options
 */
export function provisionVolumes({ api, dir, signal, log }) {
  /** @type {Map<string, any>} */ const claims = new Map();
  /** @type {Map<string, any>} */ const volumes = new Map();
  const busy = new Set();

  /** @param {string} key @param {() => Promise<unknown>} work */
  const once = (key, work) => {
    if (busy.has(key)) return;
    busy.add(key);
    work()
      .catch((error) => {
        if (error.status !== 409 && error.status !== 404) log(`storage: ${error.message}`);
      })
      .finally(() => setTimeout(() => busy.delete(key), 1000).unref());
  };

  const look = () => {
    for (const claim of claims.values()) {
      const node = claim.metadata.annotations?.['volume.kubernetes.io/selected-node'];
      if (claim.spec.storageClassName === 'standard' && !claim.spec.volumeName && node)
        once(claim.metadata.uid, () => provision(claim, node));
    }
    for (const volume of volumes.values())
      if (
        volume.status?.phase === 'Released' &&
        volume.metadata.annotations?.['pv.kubernetes.io/provisioned-by'] === provisioner
      )
        once(volume.metadata.uid, () => remove(volume));
  };

  /** @param {any} claim @param {string} node */
  async function provision(claim, node) {
    const { name, namespace, uid, resourceVersion } = claim.metadata;
    const path = join(dir, 'volumes', `pvc-${uid}`);
    if (!node.startsWith('kwok-')) {
      mkdirSync(path, { recursive: true });
      chmodSync(path, 0o755);
    }
    await api.send('POST', pvs, {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: `pvc-${uid}`, annotations: { 'pv.kubernetes.io/provisioned-by': provisioner } },
      spec: {
        storageClassName: 'standard',
        persistentVolumeReclaimPolicy: 'Delete',
        capacity: claim.spec.resources.requests,
        accessModes: claim.spec.accessModes,
        volumeMode: claim.spec.volumeMode,
        local: { path },
        claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid, resourceVersion },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] },
            ],
          },
        },
      },
    });
  }

  /** @param {any} volume */
  async function remove(volume) {
    rmSync(volume.spec.local.path, { recursive: true, force: true });
    await api.send('DELETE', `${pvs}/${volume.metadata.name}`);
  }

  api.follow('/api/v1/persistentvolumeclaims', claims, look, signal);
  api.follow(pvs, volumes, look, signal);
}
