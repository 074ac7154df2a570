import type { StatefulSet } from '../cluster/objects';
import type { Selection } from './feed';

/** Watches for bots that do not carry the app's label. */
export interface HandWatch {
  workloads: Selection;
  pods: Selection;
}

/** A label selector of this many values stays far below the length a server takes as a URL. */
const MOST_VALUES = 40;

/**
 * What to watch for bots made by hand, so that never all pods of a shared cluster are: by their own selectors, and bots of
 * one namespace that are told apart by one label share a watch. Workloads that do not carry their pods' label are watched
 * by name; pods of a selector that is no plain list of labels by the name of the first.
 */
export function handWatches(found: readonly StatefulSet[]): HandWatch[] {
  const shared = new Map<string, { namespace: string; key: string; values: Set<string> }>();
  const watches: HandWatch[] = [];
  for (const workload of found) {
    const namespace = workload.metadata.namespace ?? 'default';
    const labels = Object.entries(workload.spec.selector?.matchLabels ?? {});
    const [first] = labels;
    if (labels.length === 1 && first && workload.metadata.labels?.[first[0]] === first[1]) {
      const id = `${namespace}/${first[0]}`;
      const group = shared.get(id) ?? { namespace, key: first[0], values: new Set<string>() };
      group.values.add(first[1]);
      shared.set(id, group);
      continue;
    }
    const { name } = workload.metadata;
    watches.push({
      workloads: { namespace, fieldSelector: `metadata.name=${name}` },
      pods: first
        ? {
            namespace,
            labelSelector: labels
              .map(([key, value]) => `${key}=${value}`)
              .sort()
              .join(','),
          }
        : { namespace, fieldSelector: `metadata.name=${name}-0` },
    });
  }
  for (const { namespace, key, values } of shared.values()) {
    const sorted = [...values].sort();
    for (let at = 0; at < sorted.length; at += MOST_VALUES) {
      const selection = { namespace, labelSelector: `${key} in (${sorted.slice(at, at + MOST_VALUES).join(',')})` };
      watches.push({ workloads: selection, pods: selection });
    }
  }
  return watches;
}
