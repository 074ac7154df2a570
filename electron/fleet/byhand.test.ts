import { expect, it } from 'vitest';
import { LABEL } from '../bot/format';
import type { StatefulSet } from '../cluster/objects';
import { handBotOf, handSelection, podsLackLabel } from './byhand';

const workload = (
  name: string,
  labels: Record<string, string> | undefined,
  own: Record<string, string> | undefined = labels,
): StatefulSet => ({
  metadata: { name, namespace: 'bots', uid: name, resourceVersion: '1', creationTimestamp: '', labels: own },
  spec: { selector: { matchLabels: labels }, template: { spec: { containers: [] } } },
});

const selection = (found: StatefulSet[], scope: string | null = null) => handSelection(found.map(handBotOf), scope);

it('bots told apart by one label share a watch; their namespace is never watched as a whole', () => {
  expect(selection([workload('eth', { app: 'eth-hummingbot' }), workload('btc', { app: 'btc-hummingbot' })])).toEqual({
    namespace: 'bots',
    labelSelector: 'app in (btc-hummingbot,eth-hummingbot)',
  });
});

it('one bot is watched by its whole selector, so that nobody comes along who bears one of its labels', () => {
  const one = workload('btc', { component: 'worker', name: 'btc' });
  expect(selection([one]).labelSelector).toBe('component in (worker),name in (btc)');
  const two = [one, workload('eth', { component: 'worker', name: 'eth', tier: 'bot' })];
  expect(selection(two).labelSelector).toBe('component in (worker),name in (btc,eth)');
});

it('bots of several namespaces, with no key in common or with no label at all, share it too: by their pods’ names', () => {
  const far = workload('btc', { app: 'x', tier: 'bot' });
  far.metadata.namespace = 'other';
  const two = [far, workload('eth', { app: 'eth', tier: 'bot' })];
  expect(selection(two)).toEqual({ namespace: null, labelSelector: 'tier in (bot),app in (eth,x)' });
  const names = 'btc-0,btc-1,eth-0,eth-1,odd-0,odd-1,sol-0,sol-1';
  expect(selection([...two, workload('sol', { name: 'sol' }), workload('odd', undefined)])).toEqual({
    namespace: null,
    labelSelector: `statefulset.kubernetes.io/pod-name in (${names})`,
  });
  // No pod can bear such a name, and the API server would refuse the whole selector.
  const long = workload('x'.repeat(80), undefined);
  expect(selection([long, workload('odd', undefined)]).labelSelector).toBe(
    'statefulset.kubernetes.io/pod-name in (odd-0,odd-1)',
  );
});

it('a thousand bots of the public manifests cost one watch, with a selector that a URL can hold', () => {
  const many = Array.from({ length: 1000 }, (_, i) => workload(`b${i}`, { app: `bot-${i}-usdt-hummingbot` }, {}));
  expect(selection(many)).toEqual({
    namespace: 'bots',
    labelSelector: `statefulset.kubernetes.io/pod-name,!${LABEL.bot}`,
  });
  expect(encodeURIComponent(selection(many.slice(0, 150)).labelSelector!).length).toBeLessThan(7000);
});

it('where what all agree on is too long for a URL the one label that tells them apart does alone', () => {
  const agreed = Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`team.example.org/${i}`, 'x'.repeat(63)]));
  const two = ['btc', 'eth'].map((name) => workload(name, { ...agreed, app: name }, {}));
  expect(selection(two).labelSelector).toBe('app in (btc,eth)');
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
