import { rowOf } from '../../electron/bot/row';
import type { Event, KubeList, Pod, StatefulSet } from '../../electron/cluster/objects';
import type { BotRow } from '../../shared/rows';
import type { Api } from '../cluster/api.mjs';

/** How long ago something was, which a row says as of its last look, is no part of what a list says. */
function told({ clusterId: _cluster, id: _id, reason, ...rest }: BotRow): Partial<BotRow> {
  return { ...rest, reason: reason.replace(/ \d\w* ago/, ' ago') };
}
export const byName = (rows: BotRow[]) => rows.map(told).sort((a, b) => (a.name! < b.name! ? -1 : 1));

/** The rows as plain lists of the server make them at a moment by its clock (ms since 1970), with all events it knows. */
export async function truth(api: Api, namespace: string, now: number): Promise<BotRow[]> {
  const list = async <T>(path: string) => ((await api.get(path)) as KubeList<T>).items ?? [];
  const workloads = await list<StatefulSet>(`/apis/apps/v1/namespaces/${namespace}/statefulsets`);
  const pods = await list<Pod>(`/api/v1/namespaces/${namespace}/pods`);
  const events = await list<Event>(`/api/v1/namespaces/${namespace}/events`);
  const rows = workloads.map((workload) => {
    const own = pods.filter((pod) => pod.metadata.ownerReferences?.some(({ name }) => name === workload.metadata.name));
    return rowOf({ clusterId: '', workload, pods: own, events, now });
  });
  return rows.filter((row): row is BotRow => row !== null);
}
