import type { AppError } from '../../shared/errors';
import { inWords } from './resources';
import { listed, short } from './text';

/** A refusal of the server in a trader's words. What is not recognised keeps its own sentence. Server's words as of Kubernetes 1.25-1.36. */
export function explainRefusal(
  error: AppError,
  about: { kind: string; name: string; namespace: string; clusterName: string },
): AppError {
  const words = short(error.cause ?? error.message, 1000);
  const { kind, name, namespace, clusterName } = about;
  const say = (message: string, hint: string): AppError => ({ ...error, message, hint, cause: words });

  if (/namespaces? "[^"]*" not found/.test(words))
    return say(
      `There is no namespace “${namespace}” on ${clusterName}.`,
      'Choose another namespace, or have this one made.',
    );
  if (/is being terminated|because it is being terminated/.test(words))
    return say(`The namespace “${namespace}” on ${clusterName} is being deleted.`, 'Choose another namespace.');
  const quota = /exceeded quota: ([^,\s]+), requested: (.+?), used: (.+?), limited: ([^;]+)/.exec(words);
  if (quota)
    return say(
      `The quota “${quota[1]}” of namespace ${namespace} has no room for this bot: it asks for ${quota[2]}, in use are ${quota[3]} of ${quota[4]}.`,
      'Give the bot less, delete another one, choose another namespace, or have the quota raised.',
    );
  const must = /failed quota: ([^:]+): must specify (.+)/.exec(words);
  if (must)
    return say(
      `The quota “${must[1]}” of namespace ${namespace} wants every pod to state ${must[2]}.`,
      'Choose another namespace, or ask its owner for a default (a LimitRange).',
    );
  const security = /violates PodSecurity "([^"]+)": (.+)/.exec(words);
  if (security)
    return say(
      `The security rules of namespace ${namespace} (${security[1]}) do not allow this bot.`,
      'Choose another namespace, or ask its owner what these rules are for.',
    );
  const limit =
    /(minimum|maximum) (\S+) usage per (\w+) is (\S+?),? but (?:request|limit) is (\S+?)[.,\]]?(?:\s|$)/.exec(words) ??
    /(minimum|maximum) (\S+) usage per (\w+) is (\S+?)[.,]/.exec(words);
  if (limit)
    return say(
      `Namespace ${namespace} allows a ${limit[1]} ${limit[2]} of ${limit[4]} per ${limit[3]?.toLowerCase()}${limit[5] ? `, the bot asks for ${limit[5]}` : ''}.`,
      `Set the bot's ${limit[2] === 'storage' ? 'volume' : limit[2]} within that limit.`,
    );
  const webhook = /admission webhook "([^"]+)" denied the request:? ?(.*)/.exec(words);
  if (webhook)
    return say(
      `A rule of ${clusterName} (${webhook[1]}) refuses the ${inWords(kind)} ${name}${webhook[2] ? `: ${short(webhook[2], 200)}` : '.'}`,
      'Ask who runs the cluster what the rule wants.',
    );
  if (/^Role/.test(kind) && /attempting to grant RBAC permissions|cannot \w+ resource "role/.test(words))
    return say(
      `Your sign-in to ${clusterName} may not give the bot's reporter its right in namespace ${namespace}.`,
      'Turn the reporter off: the bot runs and can be read without it. Or ask who runs the cluster to let you make roles there.',
    );
  const right = /cannot (\w+) resource "([^"]+)" in API group "([^"]*)"/.exec(words);
  if (right) {
    const what = right[3] ? `${right[2]}.${right[3]}` : right[2]!;
    return say(
      `You may not ${right[1]} ${what} in namespace ${namespace} on ${clusterName}.`,
      `Ask who runs the cluster for the right “${right[1]} ${what}”.`,
    );
  }
  return error;
}

/** Why no node takes the pod, from the scheduler's message (`0/3 nodes are available: 1 Insufficient memory, …`). */
export function explainUnschedulable(message: string): { sentence: string; hint: string } {
  const words = short(message, 1000);
  const total = /^0\/(\d+) nodes are available/.exec(words)?.[1];
  const list = (/nodes are available: (.*)$/.exec(words)?.[1] ?? words).split(/\. ?(?:preemption|no new claims)/)[0]!;
  const reasons: string[] = [];
  const hints = new Set<string>();
  const add = (pattern: RegExp, text: (match: RegExpExecArray) => string, hint: string) => {
    const match = pattern.exec(list);
    if (!match) return;
    reasons.push(text(match));
    hints.add(hint);
  };
  const more = 'Give the bot less, stop another one, or add a node.';
  add(/(\d+) Insufficient memory/, (m) => `${m[1]} too little memory free`, more);
  add(/(\d+) Insufficient cpu/, (m) => `${m[1]} too little CPU free`, more);
  add(/(\d+) Insufficient ephemeral-storage/, (m) => `${m[1]} too little disk free`, more);
  add(/(\d+) Too many pods/, (m) => `${m[1]} no free place for a pod`, more);
  add(
    /(\d+) node\(s\) were unschedulable/,
    (m) => `${m[1]} closed for new pods (cordoned)`,
    'Wait until a node is opened again, or add one.',
  );
  add(
    /(\d+) node\(s\) had untolerated taints?(?: ?\{([^}]*)\})?/,
    (m) => `${m[1]} set apart for other work${m[2] ? ` (${m[2]})` : ''}`,
    'Wait if the nodes are just starting; else add a node that takes ordinary pods.',
  );
  add(
    /(\d+) node\(s\) didn't match (?:Pod's node affinity\/selector|node selector)/,
    (m) => `${m[1]} not of the wanted kind`,
    'Add a node of that kind.',
  );
  add(
    /(\d+) node\(s\) (?:had volume node affinity conflict|didn't match PersistentVolume's node affinity)/,
    (m) => `${m[1]} out of reach of the bot's volume`,
    'The volume is bound to a node or zone: free room there, or make the bot anew with a new volume.',
  );
  add(
    /(\d+) node\(s\) exceed max volume count/,
    (m) => `${m[1]} cannot take another volume`,
    'Stop another bot with a volume, or add a node.',
  );
  add(
    /unbound immediate PersistentVolumeClaims|persistentvolumeclaim "[^"]*" not found|didn't find available persistent volumes/,
    () => `the bot's volume is not there yet`,
    'Choose a storage class that makes volumes by itself.',
  );
  if (/no nodes available/.test(words) || total === '0')
    return { sentence: 'The cluster has no node at all.', hint: 'Add a node and wait.' };
  const of = total ? ` (of ${total} ${total === '1' ? 'node' : 'nodes'})` : '';
  if (!reasons.length)
    return {
      sentence: `No node can take the bot${of}: ${short(list, 200)}`,
      hint: 'Add a node, or ask who runs the cluster.',
    };
  return { sentence: `No node can take the bot${of}: ${listed(reasons)}.`, hint: [...hints].join(' ') };
}

/** Why an image is not there. `definite`: waiting does not mend it. Messages of containerd and CRI-O as the kubelet passes them on. */
export function explainImage(
  reason: string,
  message: string,
  image: string,
): { sentence: string; hint: string; definite: boolean } {
  const words = message.toLowerCase();
  const name = short(image, 120) || 'the image';
  if (reason === 'InvalidImageName')
    return { sentence: `“${name}” is not an image name.`, hint: 'Choose a version from the list.', definite: true };
  if (reason === 'ErrImageNeverPull')
    return {
      sentence: `The image ${name} is not on the node, and the node may not fetch it.`,
      hint: 'Ask who runs the cluster.',
      definite: true,
    };
  if (/toomanyrequests|rate limit/.test(words))
    return {
      sentence: `The registry gives this node no more downloads for now (rate limit), so ${name} could not be fetched.`,
      hint: 'It is tried again by itself; a pull secret of an account of your own lifts the limit.',
      definite: false,
    };
  if (
    /unauthorized|authentication required|authorization failed|access denied|denied:|403 forbidden|insufficient_scope/.test(
      words,
    )
  )
    return {
      sentence: `The registry does not give ${name} to this cluster: the name is wrong, or it wants credentials.`,
      hint: 'Check the name; for a private registry make a pull secret in the namespace and name it in the form.',
      definite: true,
    };
  if (/not found|manifest unknown|name unknown|no such image/.test(words) && !/no such host/.test(words))
    return {
      sentence: `The image ${name} does not exist: this version or name is not in the registry.`,
      hint: 'Choose another version.',
      definite: true,
    };
  if (/no match for platform|exec format/.test(words))
    return {
      sentence: `The image ${name} was not made for this node's processor.`,
      hint: 'Choose a version made for it.',
      definite: true,
    };
  if (/no space left/.test(words))
    return {
      sentence: `The node's disk is full, so ${name} could not be fetched.`,
      hint: 'Free the disk or use another node.',
      definite: false,
    };
  if (/no such host|timeout|timed out|refused|unreachable|tls|eof|reset by peer|lookup /.test(words))
    return {
      sentence: `The node does not reach the registry of ${name}.`,
      hint: "It is tried again by itself; if it stays, look at the node's network.",
      definite: false,
    };
  return { sentence: `The image ${name} cannot be fetched.`, hint: 'It is tried again by itself.', definite: false };
}

/** Why a claim has no volume, from its events. `null`: nothing wrong yet. */
export function explainVolume(
  reason: string,
  message: string,
  storageClass: string,
): { sentence: string; hint: string } | null {
  const words = message.toLowerCase();
  if (/storageclass\S* "?[^ ]*"? not found/.test(words))
    return {
      sentence: `There is no storage class “${storageClass}” on this cluster.`,
      hint: 'Choose one from the list.',
    };
  if (/no storage class is set|no persistent volumes available/.test(words))
    return {
      sentence: storageClass
        ? `The storage class “${storageClass}” makes no volumes by itself and none is free.`
        : 'The cluster has no default storage class, so no volume is made for the bot.',
      hint: 'Choose a storage class from the list, or have a default one set.',
    };
  if (reason === 'ExternalProvisioning')
    return {
      sentence: `The storage class “${storageClass}” has not made a volume yet.`,
      hint: 'What makes its volumes may be missing or broken: choose another storage class, or ask who runs the cluster.',
    };
  if (reason === 'ProvisioningFailed')
    return {
      sentence: `The volume could not be made: ${short(message, 200)}`,
      hint: 'It is tried again by itself; if it stays, ask who runs the cluster.',
    };
  return null;
}
