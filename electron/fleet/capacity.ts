import type { ClusterCapacity } from '../../shared/capacity';
import { Failure, toAppError, type AppError } from '../../shared/errors';
import { needsOf, roomsOf, type Node, type PodNeeds } from '../bot/capacity';
import {
  boundVolume,
  type BoundVolume,
  type CsiNode,
  type PersistentVolume,
  type VolumeDriver,
} from '../bot/nodeVolumes';
import {
  CSI_DRIVERS,
  CSI_NODES,
  isDefaultClass,
  NODES,
  PERSISTENT_VOLUMES,
  PODS,
  STORAGE_CLASSES,
  type KubeObject,
  type Pod,
  type StorageClass,
} from '../cluster';
import type { Api, Clock } from '../cluster/types';
import { volumeWords } from './capacityWords';
import type { Fleet } from './types';

/** What was asked so long ago is not asked again unless the trader says so. ms */
const YOUNG = 60_000;
/** Not even then so soon after. ms */
const JUST_NOW = 3_000;
/** Objects in a page. Nodes carry the names of all their images, so fewer of them. */
const PAGE = { nodes: 100, pods: 500 };
/** Beyond these a cluster is too big to be counted from a trader's machine. */
const MOST = { nodes: 2_000, pods: 20_000, volumes: 20_000 };

export interface Capacity {
  /** Throws `Failure`: not connected, or nodes may not be listed. */
  of(clusterId: string, fresh: boolean): Promise<ClusterCapacity>;
}

/**
 * What is left on a cluster's nodes. Nothing is watched for it: when a screen asks, nodes, all pods that have not ended (in pages, of which only what they
 * ask for is kept), storage and volumes are listed one after another, once at a time for a cluster, and kept for a minute.
 */
export function createCapacity(options: { connectionOf: Fleet['connectionOf']; clock: Clock }): Capacity {
  const { connectionOf, clock } = options;
  const running = new Map<string, Promise<ClusterCapacity>>();
  const known = new Map<string, ClusterCapacity>();

  async function ask(clusterId: string): Promise<ClusterCapacity> {
    const connection = connectionOf(clusterId);
    await connection.verify();
    const { api, name } = connection;
    const at = clock.now();
    const nodes = await nodesOf(api, name);
    const unread: AppError[] = [];
    const part = async <T>(asked: Promise<T>, right: string, what: string): Promise<T | null> => {
      try {
        return await asked;
      } catch (thrown) {
        unread.push(lacking(toAppError(thrown), name, right, what));
        return null;
      }
    };
    const pods = await part(podsOf(api, name), 'list pods in all namespaces', 'what is taken on its nodes');
    const csi = await part(
      api.list<CsiNode>(CSI_NODES, null, { limit: PAGE.pods }, { keep: csiPart, most: MOST.nodes }),
      'list csinodes.storage.k8s.io',
      'how many volumes a node can attach',
    );
    const csiNodes = csi && !csi.more ? csi.items : null;
    const driver =
      csiNodes && (await part(driverOf(api, csiNodes), 'list storageclasses.storage.k8s.io', 'which volumes bots get'));
    const claims = pods?.some((pod) => pod.node !== '' && pod.claims.length > 0);
    const volumes =
      driver?.kind === 'csi' && claims
        ? await part(volumesOf(api, name, driver.name), 'list persistentvolumes', 'which volumes its pods claim')
        : [];
    const answer: ClusterCapacity = {
      at,
      nodes: roomsOf(nodes, pods, csiNodes, driver ?? { kind: 'unknown' }, volumes ?? []),
      waiting: pods && pods.filter(({ node }) => node === '').length,
      volumes: volumeWords(driver, pods !== null && volumes !== null),
      unread,
    };
    known.set(clusterId, answer);
    return answer;
  }

  return {
    of(clusterId, fresh) {
      const last = known.get(clusterId);
      if (last && clock.now() - last.at < (fresh ? JUST_NOW : YOUNG)) return Promise.resolve(last);
      const now =
        running.get(clusterId) ??
        ask(clusterId).finally(() => {
          running.delete(clusterId);
        });
      running.set(clusterId, now);
      return now;
    },
  };
}

async function nodesOf(api: Api, cluster: string): Promise<Node[]> {
  const options = { keep: nodePart, most: MOST.nodes };
  const { items, more } = await api.list<Node>(NODES, null, { limit: PAGE.nodes }, options).catch((thrown) => {
    throw new Failure(lacking(toAppError(thrown), cluster, 'list nodes', 'its nodes and what is left on them'));
  });
  if (more) throw new Failure(tooMany(cluster, `more than ${MOST.nodes} nodes`));
  return items;
}

async function podsOf(api: Api, cluster: string): Promise<PodNeeds[]> {
  const fieldSelector = 'status.phase!=Succeeded,status.phase!=Failed';
  const ask = { fieldSelector, limit: PAGE.pods };
  const { items, more } = await api.list<Pod, PodNeeds>(PODS, null, ask, { keep: needsOf, most: MOST.pods });
  if (more) throw new Failure(tooMany(cluster, `more than ${MOST.pods} pods`));
  return items;
}

/** The volume tells which claim it is bound to, so that claims, which may be many times as many, are not listed as well. */
async function volumesOf(api: Api, cluster: string, driver: string): Promise<BoundVolume[]> {
  const options = { keep: (one: PersistentVolume) => boundVolume(one, driver), most: MOST.volumes };
  const { items, more } = await api.list(PERSISTENT_VOLUMES, null, { limit: PAGE.pods }, options);
  if (more) throw new Failure(tooMany(cluster, `more than ${MOST.volumes} volumes`));
  return items.filter((one) => one !== null);
}

/** In-tree names of what is long a CSI driver's (CSI migration). */
const MIGRATED: Record<string, string> = {
  'kubernetes.io/aws-ebs': 'ebs.csi.aws.com',
  'kubernetes.io/gce-pd': 'pd.csi.storage.gke.io',
  'kubernetes.io/azure-disk': 'disk.csi.azure.com',
  'kubernetes.io/cinder': 'cinder.csi.openstack.org',
};

/** The driver of the default class, which a bot's volume is of unless another is chosen. Null: there is no default. */
async function driverOf(api: Api, csiNodes: readonly CsiNode[]): Promise<VolumeDriver | null> {
  const { items } = await api.list<StorageClass>(STORAGE_CLASSES, null);
  const { provisioner } = items.find(isDefaultClass) ?? (items.length === 1 ? items[0]! : {});
  if (!provisioner) return null;
  const name = MIGRATED[provisioner] ?? provisioner;
  if (csiNodes.some(({ spec }) => spec?.drivers?.some((driver) => driver.name === name))) return { kind: 'csi', name };
  // What no CSI driver makes lies on a node or a file server: the volumes that Kubernetes attaches are all CSI drivers' by now.
  try {
    await api.get<KubeObject>(CSI_DRIVERS, null, name);
    return { kind: 'unknown' };
  } catch (thrown) {
    return toAppError(thrown).code === 'NOT_FOUND' ? { kind: 'local' } : { kind: 'unknown' };
  }
}

const nodePart = ({ metadata, spec, status }: Node): Node => ({
  metadata: { ...metadata, labels: undefined, annotations: undefined },
  spec: { unschedulable: spec?.unschedulable, taints: spec?.taints },
  status: {
    allocatable: status?.allocatable,
    conditions: status?.conditions?.filter(({ type }) => type === 'Ready'),
    volumesAttached: status?.volumesAttached,
    volumesInUse: status?.volumesInUse,
    nodeInfo: { operatingSystem: status?.nodeInfo?.operatingSystem },
  },
});
const csiPart = ({ metadata, spec }: CsiNode): CsiNode => ({ metadata, spec });

const tooMany = (cluster: string, what: string): AppError => ({
  code: 'UNSUPPORTED',
  message: `${cluster} has ${what}: too many to be counted from here.`,
  hint: 'Ask whoever runs the cluster how much room there is.',
});

/** A refusal in terms of the right that is missing; other errors as they are. */
function lacking(error: AppError, cluster: string, right: string, what: string): AppError {
  if (error.code !== 'FORBIDDEN') return error;
  return {
    ...error,
    message: `Your sign-in to ${cluster} may not ask for ${what}.`,
    hint: `Missing right: ${right}. Ask whoever runs the cluster for it; bots can be deployed without.`,
  };
}
