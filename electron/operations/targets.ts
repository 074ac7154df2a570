import { isDefaultClass, NAMESPACES, STORAGE_CLASSES, type StorageClass } from '../cluster';
import type { KubeObject } from '../cluster/objects';
import { siteOf, type Context } from './context';
import { orNull } from './site';

export interface Targets {
  namespaces: string[];
  storageClasses: { name: string; isDefault: boolean }[];
}

/** Namespaces to offer (those of Kubernetes itself last) and storage classes, the default first. Who may not list gets what is known. */
export async function targets(context: Context, clusterId: string): Promise<Targets> {
  const site = siteOf(context, clusterId);
  await site.verify();
  const [spaces, classes] = await Promise.all([
    orNull(site.api.list<KubeObject & { status?: { phase?: string } }>(NAMESPACES, null), 'FORBIDDEN'),
    orNull(site.api.list<StorageClass>(STORAGE_CLASSES, null), 'FORBIDDEN'),
  ]);
  const names = spaces
    ? spaces.items.filter((one) => one.status?.phase !== 'Terminating').map((one) => one.metadata.name)
    : (site.namespaces ?? []);
  const system = (name: string) => Number(/^kube-/.test(name));
  return {
    namespaces: [...names].sort((a, b) => system(a) - system(b) || (a < b ? -1 : 1)),
    storageClasses: (classes?.items ?? [])
      .map((one) => ({ name: one.metadata.name, isDefault: isDefaultClass(one) }))
      .sort((a, b) => Number(b.isDefault) - Number(a.isDefault) || (a.name < b.name ? -1 : 1)),
  };
}
