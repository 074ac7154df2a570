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

/** One watch of pods, and the bots (uids) whose pods it shows. */
export interface HandWatch {
  selection: Selection;
  bots: ReadonlySet<string>;
}

/** Selectors travel in the URL, where a comma takes three bytes; proxies on the way take 8 kB. */
const LONGEST = 6_000;

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
 * Watches of pods for bots made by hand, as few as can be and never all pods of a shared cluster: each takes the bots that one key of
 * their selectors tells apart (`app in (btc-hummingbot,eth-hummingbot)`), which is one watch as long as all of them have a key in
 * common. What else the values select belongs to no bot and is passed over. Pods of a bot without any label are watched by name.
 * `scope`: the namespace that may be looked at, null: all.
 */
export function handWatches(found: readonly HandBot[], scope: string | null): HandWatch[] {
  const watches: HandWatch[] = [];
  let left = [...found].sort((a, b) => (a.uid < b.uid ? -1 : 1));
  while (left.length > 0) {
    const key = bestKey(left);
    if (key === null) {
      for (const bot of left)
        watches.push({
          selection: { namespace: bot.namespace, fieldSelector: `metadata.name=${bot.name}-0` },
          bots: new Set([bot.uid]),
        });
      break;
    }
    for (const part of parts(
      left.filter((bot) => key in bot.labels),
      key,
    )) {
      const namespaces = new Set(part.map((bot) => bot.namespace));
      const values = [...new Set(part.map((bot) => bot.labels[key]!))].sort();
      watches.push({
        selection: {
          namespace: namespaces.size === 1 ? part[0]!.namespace : scope,
          labelSelector: `${key} in (${values.join(',')})`,
        },
        bots: new Set(part.map((bot) => bot.uid)),
      });
    }
    left = left.filter((bot) => !(key in bot.labels));
  }
  return watches;
}

/** The key that most of them have; of several, the one that tells most of them apart. */
function bestKey(bots: readonly HandBot[]): string | null {
  const keys = [...new Set(bots.flatMap(({ labels }) => Object.keys(labels)))].sort();
  const weigh = (key: string) => {
    const having = bots.filter(({ labels }) => key in labels);
    return having.length * 1_000_000 + new Set(having.map(({ labels }) => labels[key])).size;
  };
  return keys.reduce<string | null>((best, key) => (best === null || weigh(key) > weigh(best) ? key : best), null);
}

function parts(bots: readonly HandBot[], key: string): HandBot[][] {
  const made: HandBot[][] = [];
  let length = Infinity;
  for (const bot of bots) {
    const own = bot.labels[key]!.length + 3;
    if (length + own > LONGEST) {
      made.push([]);
      length = 0;
    }
    length += own;
    made.at(-1)!.push(bot);
  }
  return made;
}
