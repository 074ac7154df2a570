/**
 * By which rules an answer of the practice cluster counts as a real server's: status, a refusal's reason, code and words, and which fields
 * an answer holds. What differs on purpose stands here, each with its reason, and nowhere else.
 */

export { fieldsOf } from './shapes.cjs';

/** What real servers also say and nothing in the app reads. */
export const LEFT_OUT: [RegExp, string][] = [
  [/managedFields/, 'compared by its own cases; the app drops it at once'],
  [/observedGeneration$/, 'of conditions and pods: read for StatefulSets alone'],
  [
    /volumes\[\]\.projected|volumeMounts\[\]\.recursiveReadOnly/,
    "the account's token is not mounted into practice pods",
  ],
  [/containerStatuses\[\]\.(resources|volumeMounts|allocatedResources)/i, 'what was asked for stands in the spec'],
  [/ContainerStatuses\[\]\.(user|resources)/, 'nothing reads it'],
  [/^(items\[\]\.|object\.)?spec\.(podCIDRs|taints\[\])/, 'of nodes: nothing reads it'],
  [
    /status\.(nodeInfo|images|daemonEndpoints|features|runtimeHandlers|volumesAttached|volumesInUse|config|declaredFeatures)/,
    'of nodes: nothing reads it',
  ],
  [/status\.addresses/, 'of nodes: as many as a provider gives'],
  [/annotations\.\*$/, 'controllers of a provider write their own'],
  [/(^|\.)(emulation|minCompatibility)(Major|Minor)$/, 'of /version: nothing reads it'],
  [/imagePullSecrets|\.tolerations|securityContext|schedulerName|preemptionPolicy/, 'defaults that differ by server'],
  [/status\.authorization|evaluationError|reason$/, 'why access is given'],
  [/labels\.\*$/, 'providers label what is theirs'],
  [/spec\.(capacity|csi|claimRef|hostPath|local|nodeAffinity)/, 'of volumes: theirs alone'],
  [/\.(uid|containerID|imageID)$/, 'there or not there yet, as time falls'],
  [/reportingInstance|source\.host|(^|\.)series|relatedObject/, 'who exactly speaks'],
  [/(^|\.)action$/, 'of events written by the newer API; nothing reads it'],
  [/fieldPath$/, 'of events: the container, nothing reads it'],
  [/(nominatedNodeName|hostIPs|podIPs)/, 'nothing reads it'],
  [/(^|\.)immutable$/, 'of ConfigMaps and Secrets: as their maker wrote it'],
  [/stopSignal|terminationMessagePath|terminationMessagePolicy/, 'nothing reads it'],
  [
    /claims|parameters|mountOptions|allowedTopologies|fsGroupPolicy|seLinuxMount|requiresRepublish|storageCapacity|volumeLifecycleModes|tokenRequests|podInfoOnMount|attachRequired|allowVolumeExpansion/,
    'of storage: as its provider sets it',
  ],
];
/** Answers that differ by cluster, not by server; with a status: that one alone. */
export const DIFFERS: [RegExp, string, number?][] = [
  [/csidrivers\/\{name\}$/, 'which storage drivers there are'],
  [/metrics\.k8s\.io/, 'whether a metrics server runs; one does on a practice cluster', 404],
];

/** Answers of a real server that the practice cluster is not brought to. */
export const NOT_PROVOKED: Record<number, string> = {
  429: 'a server under load; the practice cluster has none (back-off is shown by test/integration/torn.test.ts)',
  500: 'a server or a node in trouble; the practice cluster knows the faults of its menu',
  502: 'a proxy in front of a server in trouble',
  503: 'a server that starts or stops; the practice cluster is reachable or not',
  504: 'a server that gives up; the practice cluster answers or is out of reach',
};

/** Why a recorded answer is not asked for; null: it is. */
export const onPurpose = (request: string, status: number): string | null =>
  NOT_PROVOKED[status] ??
  DIFFERS.find(([pattern, , only]) => pattern.test(request) && (only ?? status) === status)?.[1] ??
  null;

const isLeftOut = (field: string): boolean => LEFT_OUT.some(([pattern]) => pattern.test(field));

/** What objects of a kind sometimes hold and the practice cluster's never do. */
const SELDOM: [kind: RegExp, field: RegExp, reason: string][] = [
  [/./, /^spec\./, 'was asked for by who made it, and says nothing of the server'],
  [/^Namespace$/, /^status\.conditions/, 'of namespaces on their way out: nothing reads it'],
  [
    /^Pod$/,
    /^status\.initContainerStatuses\[\]\.state\.terminated\.message$/,
    'init containers of practice bots do not fail',
  ],
];

/** Fields in `real` that `practice` never gives, without those left out on purpose. */
export const missingFields = (real: Set<string>, practice: Set<string>): string[] =>
  [...real].filter((field) => !practice.has(field) && !isLeftOut(field)).sort();

/** The same for what is there only sometimes. */
export const seldomMissing = (kind: string, real: Set<string>, practice: Set<string>): string[] =>
  missingFields(real, practice).filter((field) => !SELDOM.some(([of, one]) => of.test(kind) && one.test(field)));

/** Why fields of a kind may be missing, by reason: those that are. */
export function excused(kind: string, real: Set<string>, practice: Set<string>): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const field of [...real].filter((one) => !practice.has(one)).sort()) {
    const reason =
      LEFT_OUT.find(([pattern]) => pattern.test(field))?.[1] ??
      SELDOM.find(([of, one]) => of.test(kind) && one.test(field))?.[2];
    if (reason) (found[reason] ??= []).push(field);
  }
  return found;
}

/** A refusal without what is particular about it. */
export function refusalOf(body: string): object | string {
  try {
    const {
      kind,
      status,
      reason,
      code,
      message = '',
      details,
    } = JSON.parse(body) as Record<string, unknown> & { message?: string };
    return { kind, status, reason, code, message: plainWords(message), details: plainDetails(details) };
  } catch {
    return body;
  }
}
const plainWords = (text: string): string =>
  text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UID')
    // Go's decoder and ours word syntax errors differently, and it shows whole objects.
    .replace(/(json parse error: |error decoding patch: ).*/s, '$1…')
    .replace(/(Invalid value: )"\{.*\}"(: json: cannot unmarshal).*/s, '$1OBJECT$2 …')
    .replace(/(json: cannot unmarshal).*/s, '$1 …')
    .replace(/(continue key is not valid: ).*/s, '$1…')
    .replace(/(ResourceVersion in record )\(\d+\)/, '$1(N)')
    .replace(/(current: |too old resource version: \d+ )\(?\d+\)?/, '$1N')
    .replace(/(User ")[^"]*(")/, '$1U$2');
function plainDetails(details: unknown): unknown {
  if (details === undefined) return undefined;
  return JSON.parse(
    JSON.stringify(details, (key, value: unknown) =>
      key === 'uid' ? 'UID' : key === 'message' && typeof value === 'string' ? plainWords(value) : value,
    ),
  );
}
