import { expect, it } from 'vitest';
import { LABEL } from '../bot/format';
import type { StatefulSet } from '../cluster/objects';
import { handWatches, podsLackLabel } from './byhand';

const workload = (
  name: string,
  labels: Record<string, string> | undefined,
  own: Record<string, string> | undefined = labels,
): StatefulSet => ({
  metadata: { name, namespace: 'bots', uid: name, resourceVersion: '1', creationTimestamp: '', labels: own },
  spec: { selector: { matchLabels: labels }, template: { spec: { containers: [] } } },
});

it('bots told apart by one label share a watch; their namespace is never watched as a whole', () => {
  const watches = handWatches([workload('eth', { app: 'eth-hummingbot' }), workload('btc', { app: 'btc-hummingbot' })]);
  const selection = { namespace: 'bots', labelSelector: 'app in (btc-hummingbot,eth-hummingbot)' };
  expect(watches).toEqual([{ workloads: selection, pods: selection }]);
});

it('a workload without its pods’ label is watched by name', () => {
  expect(handWatches([workload('btc', { app: 'x', tier: 'bot' }, {}), workload('eth', { app: 'eth' }, {})])).toEqual([
    {
      workloads: { namespace: 'bots', fieldSelector: 'metadata.name=btc' },
      pods: { namespace: 'bots', labelSelector: 'app=x,tier=bot' },
    },
    {
      workloads: { namespace: 'bots', fieldSelector: 'metadata.name=eth' },
      pods: { namespace: 'bots', labelSelector: 'app in (eth)' },
    },
  ]);
});

it('a thousand bots of the public manifests cost few watches, each with a selector that a URL can hold', () => {
  const many = Array.from({ length: 1000 }, (_, i) => workload(`b${i}`, { app: `bot-${i}-usdt-hummingbot` }, {}));
  const watches = handWatches([...many, workload('odd', undefined)]);
  expect(watches.length).toBeLessThan(15);
  const named = new Set(
    watches.flatMap(({ pods }) => /\((.*)\)/.exec(pods.labelSelector ?? '')?.[1]?.split(',') ?? []),
  );
  expect(named.size).toBe(1000);
  for (const { pods } of watches) expect(encodeURIComponent(pods.labelSelector ?? '').length).toBeLessThan(4500);
  expect(watches.every(({ pods }) => pods.labelSelector ?? pods.fieldSelector)).toBe(true);
});

it('a bot that got the app’s label while it ran is watched by its own selector too: its pod bears no label', () => {
  const labelled = { [LABEL.bot]: '1' };
  const adopted = workload('btc', { app: 'btc' }, labelled);
  expect(podsLackLabel(adopted, false)).toBe(true);
  expect(podsLackLabel(adopted, true)).toBe(true);
  expect(podsLackLabel(workload('btc', { app: 'btc' }, {}), false)).toBe(false);
  const own = workload('eth', { app: 'eth' }, labelled);
  own.spec.template.metadata = { labels: labelled };
  expect(podsLackLabel(own, false)).toBe(false);
  // Its pod is older than the template.
  expect(podsLackLabel({ ...own, status: { replicas: 1 } }, false)).toBe(true);
});
