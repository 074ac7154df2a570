import { cleanText } from '../../shared/clean';
import type { BotRow, OperationKind, OperationMark, TradingReading } from '../../shared/rows';
import type { Pod, StatefulSet } from '../cluster/objects';
import { columnsOf } from './columns';
import { ANNOTATION } from './format';
import { lastEndOf } from './lastEnd';
import { recognise } from './recognise';
import { reporterState } from './reporter';
import { firstPod, stateOf, type StateInput } from './state';
import { reportOf, startedAt, tradingOf } from './trading';
import { askedStorage } from './volume';

/** What readings by exec told of a bot. */
export interface Told {
  reading: TradingReading | null;
  /** Start of the run of Hummingbot that it tells of, as the server has it (whole seconds), ms since 1970; missing: not known. */
  run?: number | null;
  /** Why it could not be read the last time, '' when it could. */
  notRead: string;
}

/**
 * The grid's row of a workload; null when it is not a bot. Rows hold no clock: a new `now` alone changes no cell but what follows from it
 * in `stateOf`. Name and namespace are the API server's own (DNS names), everything else from a cluster is cleaned.
 */
export function rowOf(input: StateInput & { clusterId: string; told?: Told }): BotRow | null {
  const { clusterId, workload, pods } = input;
  const bot = recognise(workload);
  if (!bot) return null;
  const { name, namespace = '', uid, annotations = {} } = workload.metadata;
  const pod = firstPod(workload, pods);
  const { state, reason, podless } = stateOf(input);
  const columns = pod ? columnsOf(pod) : null;
  const replicas = workload.spec.replicas ?? 1;
  const end = lastEndOf(pod, bot.container);
  return {
    id: `${clusterId}/StatefulSet/${namespace}/${name}`,
    clusterId,
    kind: 'StatefulSet',
    namespace,
    name,
    uid,
    pair: bot.pair,
    exchange: bot.exchange,
    strategy: bot.strategy,
    run: bot.run,
    managed: bot.managed,
    paper: bot.paper,
    state,
    reason,
    ready: columns?.ready ?? `0/${replicas}`,
    status: columns ? cleanText(columns.status, 100) : (podless ?? 'Waiting'),
    restarts: columns?.restarts ?? 0,
    lastRestartAt: columns?.lastRestartAt ?? null,
    createdAt: columns?.createdAt ?? Date.parse(workload.metadata.creationTimestamp),
    hasPod: pod !== undefined,
    podName: pod?.metadata.name ?? '',
    podUid: pod?.metadata.uid ?? '',
    container: bot.container,
    replicas,
    node: pod?.spec.nodeName ?? '',
    image: imageLabel(runningImage(workload, pod, bot.container)),
    configName: configOf(pod, bot.configName),
    pendingConfig: cleanText(annotations[ANNOTATION.pendingConfig] ?? '', 253),
    lastEnd: end?.sentence ?? '',
    outOfMemory: end?.outOfMemory ?? false,
    operation: operationOf(workload),
    trading: tradingOf(
      { state, hasPod: pod !== undefined },
      () => startedAt(pod, bot.container),
      reportOf(pod, bot, input.now),
      input.told,
      () => askedStorage(workload, bot.container),
    ),
    notRead: input.told?.notRead ?? '',
    reporter: reporterState(workload.spec.template.spec, pod?.spec),
  };
}

const KINDS: OperationKind[] = ['deploy', 'stop', 'start', 'restart', 'delete', 'edit'];

/** The operation that a workload's annotation names, or null (none, or not readable). It may have expired: compare `expiresAt`. */
export function operationOf(workload: StatefulSet): OperationMark | null {
  const text = workload.metadata.annotations?.[ANNOTATION.operation];
  if (!text) return null;
  try {
    const mark = JSON.parse(text) as Partial<Record<keyof OperationMark, unknown>>;
    const kind = KINDS.find((candidate) => candidate === mark.kind);
    if (!kind || typeof mark.id !== 'string' || typeof mark.expiresAt !== 'number') return null;
    const word = (value: unknown): string => cleanText(typeof value === 'string' ? value : '', 100);
    const { id, holder, by, step, expiresAt } = mark;
    return { id: word(id), kind, holder: word(holder), by: word(by), step: word(step), expiresAt };
  } catch {
    return null;
  }
}

/** What runs, not what the template has come to say meanwhile. */
function runningImage(workload: StatefulSet, pod: Pod | undefined, container: string): string {
  const spec = pod?.spec ?? workload.spec.template.spec;
  return spec.containers.find(({ name }) => name === container)?.image ?? '';
}

/** Tag where there is one, else the first 12 digits of the digest: `…/hummingbot:version-2.16.0@sha256:…` → `version-2.16.0`. */
export function imageLabel(image: string): string {
  const [reference = '', digest] = image.split('@');
  const tag = /:([^:/]+)$/.exec(reference)?.[1];
  return cleanText(tag ?? (digest ? digest.replace(/^sha256:/, '').slice(0, 12) : image ? 'latest' : ''), 60);
}

/** The running pod's ConfigMap; the template's may be a newer one that waits for the trader's restart. */
function configOf(pod: Pod | undefined, ofTemplate: string): string {
  const volumes =
    pod?.spec.volumes?.filter(({ configMap }) => configMap && configMap.name !== 'kube-root-ca.crt') ?? [];
  const own = volumes.find(({ name }) => name === 'config') ?? volumes[0];
  return own?.configMap?.name ?? ofTemplate;
}
