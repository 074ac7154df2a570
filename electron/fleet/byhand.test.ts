import { expect, it } from 'vitest';
import type { StatefulSet } from '../cluster/objects';
import { handWatches } from './byhand';

const workload = (name: string, labels: Record<string, string> | undefined, own = labels): StatefulSet => ({
  metadata: { name, namespace: 'bots', uid: name, resourceVersion: '1', creationTimestamp: '', labels: own },
  spec: { selector: { matchLabels: labels }, template: { spec: { containers: [] } } },
});

it('bots told apart by one label share a watch; their namespace is never watched as a whole', () => {
  const watches = handWatches([workload('eth', { app: 'eth-hummingbot' }), workload('btc', { app: 'btc-hummingbot' })]);
  const selection = { namespace: 'bots', labelSelector: 'app in (btc-hummingbot,eth-hummingbot)' };
  expect(watches).toEqual([{ workloads: selection, pods: selection }]);
});

it('a workload without its pods’ label is watched by name', () => {
  expect(handWatches([workload('btc', { app: 'x', tier: 'bot' }, {})])).toEqual([
    {
      workloads: { namespace: 'bots', fieldSelector: 'metadata.name=btc' },
      pods: { namespace: 'bots', labelSelector: 'app=x,tier=bot' },
    },
  ]);
});

it('a thousand bots make selectors that a URL can hold, and each has some selector', () => {
  const many = Array.from({ length: 1000 }, (_, i) => workload(`b${i}`, { app: `bot-number-${i}` }));
  const watches = handWatches([...many, workload('odd', undefined)]);
  expect(watches.length).toBe(26);
  for (const { workloads, pods } of watches) {
    expect((workloads.labelSelector ?? workloads.fieldSelector)!.length).toBeLessThan(1500);
    expect(pods.labelSelector ?? pods.fieldSelector).toBeTruthy();
  }
});
