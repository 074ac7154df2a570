import { afterEach, expect, it, vi } from 'vitest';
import { perform } from './index';
import { trader, type Trader } from './testing';

vi.setConfig({ testTimeout: 90_000 });
let at: Trader;
afterEach(() => at.dispose());

const BOT = 'btc-usdt-calm';
const access = () => at.fleet.clusters()[0]?.access;

it('where nodes may not be seen, a silent one still shows by its pods: unknown, never fine', async () => {
  at = await trader();
  at.cluster.faults.takeRights({ verbs: ['*'], resources: ['nodes'] });
  at.cluster.faults.cutConnections();
  await at.clock.advance(5_000);
  const { node } = at.row(BOT);
  perform(at.cluster, { act: 'node', node, on: true });
  await at.until(() => at.row(BOT).state === 'unknown', 'an unknown bot');
  expect(at.row(BOT).reason).toContain('probably still trading');
});

it('a namespace that is lost in the middle keeps its bots, unknown; given back, they come to life by themselves', async () => {
  at = await trader();
  const elsewhere = at.cluster.namespaces().find((name) => name !== 'trading')!;
  await at.end(at.operations.deploy(at.draft('far', { namespace: elsewhere })));
  await at.until(() => at.row('far').state === 'running', 'a bot elsewhere');

  perform(at.cluster, { act: 'rights', rights: 'one-namespace' });
  // Whoever watches is asked for rights again at the next opening.
  at.cluster.faults.cutConnections();
  await at.until(() => at.row('far').state === 'unknown', 'an unknown bot');
  expect(at.row('far').reason).toContain('may see this namespace');
  await at.until(() => access()?.namespaces?.join() === 'trading', 'what is left');
  await at.clock.advance(60_000);
  expect(at.row('far').state).toBe('unknown');
  expect(at.row(BOT).state).toBe('running');
  expect(at.fleet.clusters()[0]?.status.phase).toBe('live');

  perform(at.cluster, { act: 'rights', rights: 'all' });
  await at.until(() => at.row('far').state === 'running', 'rights given back', 900_000);
  await at.until(() => access()?.namespaces === null, 'all of them');
  at.cluster.faults.kill(`${elsewhere}/far`);
  await at.until(() => at.row('far').restarts === 1, 'its life');
});
