import { amountOf } from '../../shared/quantity';
import { startedAt } from '../bot/trading';
import { partsOfRowId } from './rowId';
import type { ClusterTable } from './table';

export interface PodOfRow {
  clusterId: string;
  namespace: string;
  podName: string;
  container: string;
  /** Carries the app's label. */
  managed: boolean;
  /** When its container was last started, ms since 1970 by the cluster's clock; null: it does not run. */
  startedAt: number | null;
  /** Cores and bytes; null: no limit. */
  cpuLimit: number | null;
  memoryLimit: number | null;
}

/** Looks rows up by their id (`CLUSTER/StatefulSet/NAMESPACE/NAME`). */
export function podsOfRows(groupOf: (clusterId: string) => { table: ClusterTable } | undefined) {
  return (id: string): PodOfRow | null => {
    const { clusterId, namespace, name } = partsOfRowId(id);
    const table = groupOf(clusterId)?.table;
    const row = table?.row(namespace, name);
    if (!table || !row?.hasPod) return null;
    const pod = table.pods.get(`${namespace}/${row.podName}`);
    const limits = pod?.spec.containers.find((one) => one.name === row.container)?.resources?.limits;
    const limit = (resource: string) => (limits?.[resource] === undefined ? null : amountOf(limits[resource]));
    return {
      clusterId,
      namespace,
      podName: row.podName,
      container: row.container,
      managed: row.managed,
      startedAt: startedAt(pod, row.container),
      cpuLimit: limit('cpu'),
      memoryLimit: limit('memory'),
    };
  };
}
