import { LABEL } from '../bot/format';
import type { StatefulSet } from '../cluster/objects';
import type { Selection } from './feed';

/** Watches for bots that do not carry the app's label. */
export interface HandWatch {
  workloads: Selection;
  pods: Selection;
}

/** Selectors travel in the URL; proxies on the way take 8 kB. */
const LONGEST = 3_000;
/** From so many on, one watch of a namespace's StatefulSets is gentler than one for each name. */
const MANY = 5;

/**
 * A bot that carries the app's label and whose pods do not: adopted while it ran, or labelled by hand. The watch by label never shows its
 * pod, and a bot that trades must not look as if it had none. `hasPod`: as the table knows it.
 */
export function podsLackLabel({ metadata, spec, status }: StatefulSet, hasPod: boolean): boolean {
  if (metadata.labels?.[LABEL.bot] === undefined) return false;
  return spec.template.metadata?.labels?.[LABEL.bot] === undefined || (!hasPod && (status?.replicas ?? 0) > 0);
}

/**
 * What to watch for bots made by hand, so that never all pods of a shared cluster are: pods by their bots' own selectors,
 * those that are told apart by one label together; workloads by that label where they carry it themselves, else by name
 * (the public manifests give the StatefulSet no label). Pods of a selector that is no plain list of labels are watched by
 * the name of the first.
 */
export function handWatches(found: readonly StatefulSet[]): HandWatch[] {
  const groups = new Map<string, { namespace: string; key: string; carried: boolean; bots: [string, string][] }>();
  const watches: HandWatch[] = [];
  for (const workload of found) {
    const { name, namespace = 'default', labels: own = {} } = workload.metadata;
    const labels = Object.entries(workload.spec.selector?.matchLabels ?? {}).sort();
    const [first] = labels;
    if (first && labels.length === 1) {
      const carried = own[first[0]] === first[1];
      const id = JSON.stringify([namespace, first[0], carried]);
      const group = groups.get(id) ?? { namespace, key: first[0], carried, bots: [] };
      groups.set(id, group);
      group.bots.push([first[1], name]);
    } else {
      const selector = labels.map(([key, value]) => `${key}=${value}`).join(',');
      const pods = first ? { namespace, labelSelector: selector } : byName(namespace, `${name}-0`);
      watches.push({ workloads: byName(namespace, name), pods });
    }
  }
  for (const { namespace, key, carried, bots } of groups.values()) {
    const few = !carried && bots.length < MANY;
    for (const part of few ? bots.map((bot) => [bot]) : parts(bots)) {
      const pods = { namespace, labelSelector: `${key} in (${part.map(([value]) => value).join(',')})` };
      const all = { namespace, labelSelector: `!${LABEL.bot}` };
      watches.push({ workloads: carried ? pods : few ? byName(namespace, part[0]![1]) : all, pods });
    }
  }
  return watches;
}

const byName = (namespace: string, name: string): Selection => ({ namespace, fieldSelector: `metadata.name=${name}` });

function parts(bots: readonly [string, string][]): [string, string][][] {
  const made: [string, string][][] = [];
  let length = Infinity;
  for (const bot of [...bots].sort()) {
    if (length + bot[0].length > LONGEST) {
      made.push([]);
      length = 0;
    }
    length += bot[0].length + 3;
    made.at(-1)!.push(bot);
  }
  return made;
}
