import { expect, it } from 'vitest';
import { LABEL } from '../bot/format';
import type { StatefulSet } from '../cluster/objects';
import { handBotOf, handWatches, podsLackLabel } from './byhand';

const workload = (
  name: string,
  labels: Record<string, string> | undefined,
  own: Record<string, string> | undefined = labels,
): StatefulSet => ({
  metadata: { name, namespace: 'bots', uid: name, resourceVersion: '1', creationTimestamp: '', labels: own },
  spec: { selector: { matchLabels: labels }, template: { spec: { containers: [] } } },
});

const watched = (found: StatefulSet[], scope: string | null = null) => handWatches(found.map(handBotOf), scope);
const selections = (found: StatefulSet[], scope: string | null = null) =>
  watched(found, scope).map(({ selection }) => selection);

it('bots told apart by one label share a watch; their namespace is never watched as a whole', () => {
  expect(selections([workload('eth', { app: 'eth-hummingbot' }), workload('btc', { app: 'btc-hummingbot' })])).toEqual([
    { namespace: 'bots', labelSelector: 'app in (btc-hummingbot,eth-hummingbot)' },
  ]);
});

it('bots of several namespaces, and with more labels, share it where they have a key in common', () => {
  const far = workload('btc', { app: 'x', tier: 'bot' });
  far.metadata.namespace = 'other';
  const two = [far, workload('eth', { app: 'eth', tier: 'bot' })];
  expect(selections(two)).toEqual([{ namespace: null, labelSelector: 'app in (eth,x)' }]);
  expect(selections([...two, workload('sol', { name: 'sol' }), workload('odd', undefined)])).toEqual([
    { namespace: null, labelSelector: 'app in (eth,x)' },
    { namespace: 'bots', labelSelector: 'name in (sol)' },
    { namespace: 'bots', fieldSelector: 'metadata.name=odd-0' },
  ]);
});

it('a thousand bots of the public manifests cost few watches, each with a selector that a URL can hold', () => {
  const many = Array.from({ length: 1000 }, (_, i) => workload(`b${i}`, { app: `bot-${i}-usdt-hummingbot` }, {}));
  const watches = watched(many, 'bots');
  expect(watches.length).toBeLessThan(6);
  expect(new Set(watches.flatMap(({ bots }) => [...bots])).size).toBe(1000);
  for (const { selection } of watches)
    expect(encodeURIComponent(selection.labelSelector ?? '').length).toBeLessThan(7000);
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
