import { LABEL } from '../bot/format';
import type { StatefulSet } from '../cluster/objects';
import type { Selection } from './feed';

/** What is needed of a bot whose pods the app's label does not find. */
export interface HandBot {
  namespace: string;
  name: string;
  uid: string;
  /** Its own selector. */
  labels: Record<string, string>;
}

/** Selectors travel in the URL, where a comma takes three bytes; proxies on the way take 8 kB. */
const LONGEST = 6_000;
/** Every pod of a StatefulSet bears its own name under this label: its controller sees to that. */
const POD_NAME = 'statefulset.kubernetes.io/pod-name';
/** A label's value holds no more; a StatefulSet whose name is too long for it gets no pod. */
const LONGEST_VALUE = 63;

/**
 * A bot that carries the app's label and whose pods do not: adopted while it ran, or labelled by hand. The watch by label never shows its
 * pod, and a bot that trades must not look as if it had none. `hasPod`: as the table knows it.
 */
export function podsLackLabel({ metadata, spec, status }: StatefulSet, hasPod: boolean): boolean {
  if (metadata.labels?.[LABEL.bot] === undefined) return false;
  return spec.template.metadata?.labels?.[LABEL.bot] === undefined || (!hasPod && (status?.replicas ?? 0) > 0);
}

export function handBotOf({ metadata, spec }: StatefulSet): HandBot {
  const { namespace = 'default', name, uid } = metadata;
  return { namespace, name, uid, labels: spec.selector?.matchLabels ?? {} };
}

/**
 * The one watch of pods for bots made by hand, and never all pods of a shared cluster: by what their own selectors have in common, values and one
 * key (`tier in (bot),app in (btc-hummingbot,eth-hummingbot)`), of one bot its whole selector; else by the names of their pods; where that is more
 * than a URL holds, every pod of a StatefulSet that is not the app's, as bots are the better part of them then. What else it selects belongs to
 * no bot and is passed over. `scope`: the namespace that may be looked at, null: all.
 */
export function handSelection(found: readonly HandBot[], scope: string | null): Selection {
  const namespaces = new Set(found.map((bot) => bot.namespace));
  const namespace = namespaces.size === 1 ? found[0]!.namespace : scope;
  const { agreed, apart } = common(found);
  const labelSelector =
    short([...agreed, ...apart]) ??
    // Alone it finds the same pods, and some of others with it.
    short(apart) ??
    short([among(POD_NAME, podNames(found))]) ??
    `${POD_NAME},!${LABEL.bot}`;
  return { namespace, labelSelector };
}

const among = (key: string, values: readonly string[]): string =>
  values.length === 0 ? '' : `${key} in (${[...values].sort().join(',')})`;

/** null: too long, or nothing is named. */
function short(parts: readonly string[]): string | null {
  const selector = parts.join();
  return selector === '' || encodeURIComponent(selector).length > LONGEST ? null : selector;
}

/** The labels that all of them have, where they agree; of the keys where they do not, the one that tells most of them apart. */
function common(bots: readonly HandBot[]): { agreed: string[]; apart: string[] } {
  // A set that holds the empty value can't be written.
  const keys = Object.keys(bots[0]?.labels ?? {}).filter((key) => bots.every(({ labels }) => labels[key]));
  const valuesOf = (key: string) => [...new Set(bots.map(({ labels }) => labels[key]!))];
  const all = keys.sort().map((key) => ({ key, values: valuesOf(key) }));
  const agreed = all.filter(({ values }) => values.length === 1);
  const apart = all.filter(({ values }) => values.length > 1).sort((a, b) => b.values.length - a.values.length);
  const written = (some: typeof all) => some.map(({ key, values }) => among(key, values));
  return { agreed: written(agreed), apart: written(apart.slice(0, 1)) };
}

/** A second pod is a bot that trades twice, and must be seen. */
const podNames = (bots: readonly HandBot[]): string[] => [
  ...new Set(bots.flatMap(({ name }) => [`${name}-0`, `${name}-1`]).filter((name) => name.length <= LONGEST_VALUE)),
];
