import type { PodSpec } from '../cluster/objects';
import { hashOf, noise } from './chance';
import type { Route } from './http';
import { POD, POD_METRICS } from './kinds';
import { timeText, type Dict, type Obj } from './objects';
import { podNeeds } from './quota';
import { readQuery } from './query';
import { botOf, type PodOnNode } from './runtime';
import { fieldMatch, labelMatch } from './selector';
import { notFound } from './status';
import type { World } from './world';

/** As often as a metrics server measures by default, ms. */
const ROUND = 15_000;
/** What it takes to look at a pod at all; a pod younger than that has no metrics yet. */
const FIRST = 20_000;
export const METRICS_PARAMETERS = ['labelSelector', 'fieldSelector'];

/**
 * What running containers use, as metrics-server tells it: measured in rounds, without versions or pages, nothing for pods on nodes that do not
 * answer. @throws Refusal 400, 404
 */
export function answerMetrics(world: World, { namespace, name, query: given }: Route): Dict {
  const now = world.agenda.now();
  const { kind, apiVersion } = POD_METRICS;
  if (name !== null) {
    readQuery(given, []);
    const pod = world.store.get(POD, namespace ?? undefined, name);
    const found = pod && measured(world, pod, now);
    if (!found) throw notFound({ ...POD_METRICS, plural: 'pods' }, `${namespace}/${name}`);
    return { kind, apiVersion, ...found };
  }
  const query = readQuery(given, METRICS_PARAMETERS);
  const [byLabel, byField] = [labelMatch(query.text('labelSelector')), fieldMatch(query.text('fieldSelector'), [])];
  const pods = world.store.list(POD, namespace).filter((pod) => byLabel(pod) && byField(pod));
  const items = pods.flatMap((pod) => measured(world, pod, now) ?? []);
  return { kind: `${kind}List`, apiVersion, metadata: {}, items };
}

function measured(world: World, { metadata }: Obj, now: number): Dict | null {
  const pod = world.pods.get(metadata.uid);
  if (!pod || world.faults.lostNodes.has(pod.node)) return null;
  const at = Math.floor(now / ROUND) * ROUND;
  const containers = pod.containers.flatMap((one) => {
    const since = Date.parse(one.state.running?.startedAt ?? '');
    if (one.init || Number.isNaN(since) || at < since + FIRST) return [];
    const { cpu, memory } = usageOf(world, pod, since, at);
    return [
      { name: one.spec.name, usage: { cpu: `${Math.round(cpu * 1e9)}n`, memory: `${Math.round(memory / 1024)}Ki` } },
    ];
  });
  if (containers.length === 0) return null;
  const { name, namespace, labels } = metadata;
  return {
    metadata: { name, namespace, creationTimestamp: timeText(now), ...(labels ? { labels } : {}) },
    timestamp: timeText(at),
    window: '15.012s',
    containers,
  };
}

/** A bot is busy while it works out its orders, and its memory grows slowly from its start on; one with a leak comes near its limit. */
function usageOf(world: World, pod: PodOnNode, since: number, at: number): { cpu: number; memory: number } {
  const seed = hashOf(pod.uid);
  const round = at / ROUND;
  const limit = podNeeds(pod.spec as PodSpec, 'limits', 'memory') || 1024 ** 3;
  const hours = (at - since) / 3_600_000;
  const share = world.faults.of(botOf(pod)).memory ? 0.96 : 0.34 + 0.22 * (1 - Math.exp(-hours / 6));
  const burst = noise(seed, round) > 0.9 ? 0.12 : 0;
  return {
    cpu: 0.012 + 0.02 * noise(seed, 0) + 0.015 * noise(seed + 1, round) + burst,
    memory: limit * (share + 0.02 * noise(seed + 2, round)),
  };
}
