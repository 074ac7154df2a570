import { expect, it } from 'vitest';
import { ROLE_BINDINGS, ROLES, CONFIG_MAPS, PODS, STATEFUL_SETS } from '../cluster';
import type { Pod, StatefulSet } from '../cluster/objects';
import { trader } from './testing';

const names = async (world: Awaited<ReturnType<typeof trader>>, bot: string) =>
  (
    await Promise.all(
      [ROLES, ROLE_BINDINGS, CONFIG_MAPS].map((resource) =>
        world.api().list(resource, 'trading', { labelSelector: `app.kubernetes.io/instance=${bot}` }),
      ),
    )
  ).flatMap(({ items }) => items.map(({ metadata }) => metadata.name.replace(/-[0-9a-f]{10}$/, '-*')));

it('a bot deployed with a reporter tells its trading without being looked into, and takes its right with it', async () => {
  const world = await trader();
  try {
    const deployed = await world.end(world.operations.deploy(world.draft('eth-told', { reporter: true })));
    expect(deployed.outcome, deployed.message).toBe('done');
    expect(world.row('eth-told')).toMatchObject({ ready: '2/2', status: 'Running', state: 'running', reporter: 'on' });
    await world.until(() => world.row('eth-told').trading?.state === 'trading', 'the reporter', 120_000);
    const first = world.row('eth-told').trading!;
    expect(first).toMatchObject({ by: 'reporter', openOrders: 2, quote: 'USDT', profit: expect.any(Number) as number });
    await world.clock.advance(65_000);
    expect(world.row('eth-told').trading!.at).toBeGreaterThan(first.at);

    const pod = await world.api().get<Pod>(PODS, 'trading', 'eth-told-0');
    const [bot, reporter] = pod.spec.containers;
    const mounts = (one: typeof bot) => one!.volumeMounts!.map(({ name }) => name);
    expect(mounts(bot)).not.toContain('reporter-token');
    expect(mounts(reporter)).toEqual(['data', 'data', 'reporter', 'reporter-token']);
    expect(await names(world, 'eth-told')).toEqual([
      'eth-told-reporter',
      'eth-told-reporter',
      'eth-told-config-*',
      'eth-told-reporter-*',
    ]);

    const ref = world.refOf('eth-told');
    const stopped = await world.end(world.operations.stop(ref, { ...world.confirmed, force: false }));
    expect(stopped.outcome, stopped.message).toBe('done');
    expect(world.row('eth-told').trading).toMatchObject({ state: 'idle', by: 'reporter', quote: 'USDT' });
    await world.end(world.operations.delete(ref, { ...world.confirmed, deleteVolume: true }));
    expect(await names(world, 'eth-told')).toEqual([]);
  } finally {
    world.dispose();
  }
});

it('a bot that runs gets its reporter at its next start, and is not restarted for it', async () => {
  const world = await trader();
  try {
    const name = 'btc-usdt-calm';
    const ref = world.refOf(name);
    const before = world.row(name).podUid;
    const on = await world.end(world.operations.setReporter(ref, { ...world.confirmed, on: true }));
    expect(on.outcome, on.message).toBe('done');
    await world.clock.advance(2_000);
    expect(world.row(name)).toMatchObject({ podUid: before, reporter: 'next', ready: '1/1' });
    const { spec } = await world.api().get<StatefulSet>(STATEFUL_SETS, 'trading', name);
    expect(spec.template.spec.containers.map((one) => one.name)).toEqual(['hummingbot', 'reporter']);

    const again = await world.end(world.operations.restart(ref, world.confirmed));
    expect(again.outcome, again.message).toBe('done');
    await world.until(() => world.row(name).trading?.by === 'reporter', 'the reporter', 120_000);
    expect(world.row(name).reporter).toBe('on');

    const off = await world.end(world.operations.setReporter(ref, { ...world.confirmed, on: false }));
    expect(off.outcome, off.message).toBe('done');
    await world.clock.advance(2_000);
    expect(world.row(name)).toMatchObject({ reporter: 'last' });
    const told = world.row(name).trading!;
    await world.clock.advance(130_000);
    // Its right is gone, so nothing new comes; what was told stays with its age.
    expect(world.row(name).trading).toEqual(told);
  } finally {
    world.dispose();
  }
});

it('who may not make roles is told so before anything is written', async () => {
  const world = await trader();
  try {
    world.cluster.faults.takeRights({ verbs: ['create', 'patch'], resources: ['roles', 'rolebindings'] });
    const report = await world.operations.dryRun(world.draft('eth-told', { reporter: true }));
    expect(report.ok).toBe(false);
    const refused = report.items.filter(({ ok }) => !ok);
    expect(refused.map(({ object }) => object.kind)).toEqual(['Role', 'RoleBinding']);
    expect(refused[0]!.error).toMatchObject({
      message: expect.stringContaining('may not give the bot') as string,
      hint: expect.stringContaining('Turn the reporter off') as string,
    });
    expect((await world.operations.dryRun(world.draft('eth-plain'))).ok).toBe(true);
  } finally {
    world.dispose();
  }
});
