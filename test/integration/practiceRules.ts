/**
 * By which rules an answer of the practice cluster counts as a real server's: status, a refusal's reason, code and words, and which fields
 * an answer holds. What differs on purpose stands here, each with its reason, and nowhere else.
 */

/** One request without what is particular about it: names, tokens and versions give way to marks. */
export function shapeOf(method: string, path: string, type = ''): string {
  const [address = '', query = ''] = path.split(/\?(.*)/s);
  const parts = address.split('/');
  const core = parts[1] === 'api' ? 3 : 4;
  const marked = parts.map((part, index) => {
    if (index < core) return part;
    const behind = parts[index - 1];
    if (behind === 'namespaces' && index === core + 1) return index === parts.length - 1 ? '{name}' : '{namespace}';
    const below = parts[core] === 'namespaces' && parts.length > core + 2 ? index - core - 2 : index - core;
    return below === 1 ? '{name}' : part;
  });
  const given = new URLSearchParams(query);
  const names = [...new Set(given.keys())].sort().map((name) => {
    const value = given.get(name) ?? '';
    if (name === 'fieldSelector') return `${name}=${value.replace(/=[^,]*/g, '=*')}`;
    if (['watch', 'follow', 'previous', 'timestamps', 'dryRun', 'force', 'tty', 'stdin'].includes(name))
      return `${name}=${value}`;
    return name;
  });
  const kind = method === 'PATCH' ? ` [${type}]` : '';
  return `${method} ${marked.join('/')}${names.length > 0 ? `?${names.join('&')}` : ''}${kind}`;
}

/** Maps whose keys are the user's, not the API's. */
const OPEN = /(^|\.)(labels|annotations|data|matchLabels|requests|limits|capacity|allocatable|nodeSelector|fieldsV1)$/;

/** All fields of an answer, lists and open maps taken together: `items[].metadata.labels.*`. */
export function fieldsOf(value: unknown, path = '', found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const item of value) fieldsOf(item, `${path}[]`, found);
  else if (typeof value === 'object' && value !== null) {
    if (OPEN.test(path)) found.add(`${path}.*`);
    else for (const [key, inner] of Object.entries(value)) fieldsOf(inner, path ? `${path}.${key}` : key, found);
  } else found.add(path);
  return found;
}

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
  [/reportingInstance|source\.host|\.series|relatedObject/, 'who exactly speaks'],
  [/items\[\]\.action$/, 'of events written by the newer API; nothing reads it'],
  [/fieldPath$/, 'of events: the container, nothing reads it'],
  [/(nominatedNodeName|hostIPs|podIPs)/, 'nothing reads it'],
  [/stopSignal|terminationMessagePath|terminationMessagePolicy/, 'nothing reads it'],
  [
    /claims|parameters|mountOptions|allowedTopologies|fsGroupPolicy|seLinuxMount|requiresRepublish|storageCapacity|volumeLifecycleModes|tokenRequests|podInfoOnMount|attachRequired|allowVolumeExpansion/,
    'of storage: as its provider sets it',
  ],
];
/** Answers that differ by cluster, not by server. */
export const DIFFERS: [RegExp, string][] = [[/csidrivers\/\{name\}$/, 'which storage drivers there are']];

/** What is looked at until it is gone may be seen once more, or not. */
export const asTimeFalls = (shape: string, status: string): boolean =>
  /^GET .*\{name\}$/.test(shape) && (status === '200' || status === '404');

const isLeftOut = (field: string): boolean => LEFT_OUT.some(([pattern]) => pattern.test(field));

/** Fields in `real` that `practice` never gives, without those left out on purpose. */
export const missingFields = (real: Set<string>, practice: Set<string>): string[] =>
  [...real].filter((field) => !practice.has(field) && !isLeftOut(field)).sort();

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
