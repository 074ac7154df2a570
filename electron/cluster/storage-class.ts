import type { KubeObject } from './objects';

export interface StorageClass extends KubeObject {
  provisioner?: string;
}

export const isDefaultClass = (one: KubeObject): boolean =>
  one.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true';
