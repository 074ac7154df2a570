import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../electron/cluster';
import { connect, type Api } from '../cluster/api.mjs';
import { upMany, type Many } from '../cluster/many.mjs';
import { botName, NAMESPACE } from '../cluster/mould.mjs';
import { countingWay } from './counting';
import { fleetWorld, until, type FleetWorld } from './fleetWorld';
import { byName, truth } from './truth';

/** More bots than a page of a list holds: the server streams them as the beginning of a watch. */
const BOTS = 600;
const PAGE = 500;
const files = mkdtempSync(join(tmpdir(), 'hd-streamed-'));
let many: Many;
let api: Api;

beforeAll(async () => {
  many = await upMany({ count: 1, bots: BOTS });
  api = connect(many.kubeconfig(join(files, 'admin')));
});
afterAll(async () => {
  api?.close();
  await many.down();
  rmSync(files, { recursive: true, force: true });
});

/** A fleet of one context that goes there. */
async function fleetAt(server: string): Promise<FleetWorld> {
  const file = join(files, 'counted');
  writeFileSync(
    file,
    JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'long', users: [{ name: 'me', user: {} }] },
      clusters: [{ name: 'long', cluster: { server } }],
      contexts: [{ name: 'long', context: { cluster: 'long', user: 'me' } }],
    }),
  );
  return fleetWorld([file]);
}

it('more bots than a page come by the watch itself, none more and none less, and it goes on from there', async ({
  onTestFinished: ends,
}) => {
  const way = await countingWay(many.dir, many.planes[0]!.server, systemClock);
  ends(() => way.close());
  const world = await fleetAt(way.server);
  ends(() => world.dispose());
  const equal = () =>
    until('the rows to be the server’s', async () => {
      const [is, shown] = [byName(await truth(api, NAMESPACE, Date.now())), byName([...world.page.values()])];
      return JSON.stringify(is) === JSON.stringify(shown) ? is : null;
    });

  world.fleet.setEnabled(world.contextIds(), true);
  await until('a live cluster', () => world.fleet.clusters()[0]?.status.phase === 'live');
  const rows = await equal();
  expect(rows.length).toBeGreaterThan(PAGE);

  const [changed, gone] = [botName(0, 3), rows.at(-1)!.name!];
  // Another one in each try.
  const pair = `P${String(Date.now()).slice(-7)}`;
  await many.change([{ cluster: 0, bot: 3, to: pair }]);
  await until('the change', () => world.row(NAMESPACE, changed)?.pair === pair);
  await api.send('DELETE', `/apis/apps/v1/namespaces/${NAMESPACE}/statefulsets/${gone}`);
  await api.send('DELETE', `/api/v1/namespaces/${NAMESPACE}/pods/${gone}-0`, { gracePeriodSeconds: 0 });
  await until('the bot to be gone', () => !world.row(NAMESPACE, gone));
  expect(await equal()).toHaveLength(rows.length - 1);

  for (const what of ['statefulsets', 'pods']) {
    const own = way.asked.filter(({ path }) => path.includes(`/${what}?labelSelector=hummingdeck`));
    const paths = own.map(({ path }) => path);
    const watches = paths.filter((path) => path.includes('watch=1'));
    expect(watches, what).toEqual([expect.stringContaining('sendInitialEvents=true')]);
    expect(
      paths.filter((path) => path.includes('continue=')),
      what,
    ).toEqual([]);
  }
});
