import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure, type AppError } from '../../shared/errors';
import type { BotRef } from '../../shared/rows';
import { ANNOTATION } from '../../electron/bot/format';
import { configMapOf, objectsOf } from '../../electron/bot/manifest';
import { draftToSpec } from '../../electron/bot/spec';
import { rowOf } from '../../electron/bot/row';
import {
  CONFIG_MAPS,
  NAMESPACES,
  NODES,
  openAttach,
  PERSISTENT_VOLUME_CLAIMS,
  PODS,
  RESOURCE_QUOTAS,
  SECRETS,
  SERVICE_ACCOUNTS,
  STATEFUL_SETS,
  systemClock,
} from '../../electron/cluster';
import type { KubeObject, Pod, StatefulSet } from '../../electron/cluster/objects';
import type { Api, Resource, WriteOptions } from '../../electron/cluster/types';
import {
  adminTarget,
  desk,
  draft,
  makeNamespace,
  NAME,
  openOrders,
  quickClock,
  target,
  type Desk,
} from './operationsKit';
import { ownCluster } from './ownCluster';

const cluster = ownCluster();
const confirm = { confirmedCluster: NAME };
let admin: Desk;
const namespaces: string[] = [];

async function fresh(labels: Record<string, string> = {}): Promise<string> {
  const name = await makeNamespace(admin.api, labels);
  namespaces.push(name);
  return name;
}
const failureOf = (run: () => unknown): Promise<AppError> =>
  Promise.resolve()
    .then(run)
    .then(
      () => expect.fail('It should have been refused'),
      (thrown: unknown) => (thrown as Failure).error,
    );
const deployed = async (namespace: string, name: string, change = {}): Promise<BotRef> => {
  const info = await admin.end(admin.operations.deploy(draft(admin.clusterId, namespace, name, change)));
  expect(info.message).toMatch(/trades/);
  return admin.ref(namespace, name);
};
const workload = (bot: BotRef) => admin.api.get<StatefulSet>(STATEFUL_SETS, bot.namespace, bot.name);
const namesOf = async (resource: typeof PODS, namespace: string) =>
  (await admin.api.list<KubeObject>(resource, namespace)).items.map((item) => item.metadata.name).sort();

beforeAll(async () => {
  admin = await desk(adminTarget(cluster));
});
afterAll(async () => {
  for (const name of namespaces) await admin.api.remove(NAMESPACES, null, name).catch(() => undefined);
  admin.dispose();
});

describe.concurrent('a bot from deploy to delete', () => {
  it('trades, stops without an order left, starts, changes, and goes with its volume kept', async () => {
    const namespace = await fresh({ 'pod-security.kubernetes.io/enforce': 'restricted' });
    const first = await admin.end(admin.operations.deploy(draft(admin.clusterId, namespace, 'eth-1')));
    expect(first).toMatchObject({ outcome: 'done', error: null });
    expect(first.message).toMatch(/^eth-1 trades\. Trades ETH-USDT on binance_PaperTrade/);
    expect(first.steps.map((step) => step.state)).toEqual(first.steps.map(() => 'done'));
    expect(await openOrders(cluster, namespace)).not.toHaveLength(0);
    const bot = await admin.ref(namespace, 'eth-1');
    expect((await workload(bot)).metadata.annotations).not.toHaveProperty([ANNOTATION.operation]);

    const stopped = await admin.end(admin.operations.stop(bot, { ...confirm, force: false }));
    expect(stopped.message).toMatch(/exit code 0.*No order is open/);
    expect(stopped.outcome).toBe('done');
    expect(await openOrders(cluster, namespace)).toEqual([]);
    expect(await namesOf(PODS, namespace)).toEqual([]);

    const config = await admin.operations.readConfig(bot);
    expect(config).toMatchObject({ editable: true, base: config.running });
    expect(config.secrets).toEqual([
      { name: expect.stringMatching(/^eth-1-keys-/), keys: ['password', 'password_verification'] },
    ]);
    const files = config.files.map((file) => ({ ...file, text: file.text.replace('ETH-USDT', 'SOL-USDT') }));
    const saved = await admin.operations.saveConfig({
      bot,
      base: config.base,
      files,
      effect: 'next-start',
      ...confirm,
    });
    expect(saved).toMatchObject({ saved: true, operationId: null });
    expect((await workload(bot)).spec.template).toMatchObject({
      spec: {
        volumes: expect.arrayContaining([
          expect.objectContaining({ configMap: expect.objectContaining({ name: config.base }) }),
        ]),
      },
    });

    const started = await admin.end(admin.operations.start(bot, confirm));
    expect(started.message).toMatch(/trades\. Trades SOL-USDT/);
    const now = (await workload(bot)).metadata.annotations;
    expect(now).toMatchObject({ [ANNOTATION.pair]: 'SOL-USDT' });
    expect(now).not.toHaveProperty([ANNOTATION.pendingConfig]);

    const details = await admin.operations.details(bot);
    expect(details.objects.map((object) => object.kind)).toEqual(
      expect.arrayContaining(['StatefulSet', 'Pod', 'Secret', 'PersistentVolumeClaim']),
    );
    expect(details.warnings).toEqual([]);
    expect(details.lately.events.map((event) => event.reason)).toContain('SuccessfulCreate');

    const deleted = await admin.end(admin.operations.delete(bot, { ...confirm, deleteVolume: false }));
    expect(deleted.message).toMatch(/eth-1 is deleted.*What remains: volume eth-1-data\./);
    expect(await openOrders(cluster, namespace)).toEqual([]);
    expect(await namesOf(STATEFUL_SETS, namespace)).toEqual([]);
    expect((await namesOf(SECRETS, namespace)).filter((name) => name.startsWith('eth-1'))).toEqual([]);
    expect((await namesOf(CONFIG_MAPS, namespace)).filter((name) => name.startsWith('eth-1'))).toEqual([]);
    expect(await namesOf(PERSISTENT_VOLUME_CLAIMS, namespace)).toEqual(['eth-1-data']);

    const again = await admin.end(admin.operations.deploy(draft(admin.clusterId, namespace, 'eth-1')));
    expect(again).toMatchObject({ outcome: 'failed', error: { code: 'EXISTS' }, written: [] });
    expect(again.message).toMatch(/earlier bot “eth-1” left a volume \(claim\) “eth-1-data”.*not touched/);
  });

  it('stops the classic form by its screen', async () => {
    const namespace = await fresh();
    const bot = await deployed(namespace, 'classic', { template: 'classic-btc-usdt', pair: 'BTC-USDT' });
    expect(await openOrders(cluster, namespace)).not.toHaveLength(0);
    // Someone left a word on its input line.
    const at = { namespace, pod: 'classic-0', container: 'hummingbot', clock: systemClock, tty: true, stdin: true };
    const screen = await openAttach(admin.api, at);
    screen.write(Buffer.from('con'));
    await new Promise((resolve) => setTimeout(resolve, 500));
    screen.close();
    const stopped = await admin.end(admin.operations.stop(bot, { ...confirm, force: false }));
    expect(stopped.message).toMatch(/said on its screen that it stopped.*No order is open/);
    expect(stopped.outcome).toBe('done');
    expect(await openOrders(cluster, namespace)).toEqual([]);
    expect((await workload(bot)).spec.replicas).toBe(0);
  });
});

describe('a classic screen that does not answer', () => {
  it('leaves the bot running and ends it without its word only by force', async () => {
    const namespace = await fresh();
    const objects = objectsOf(
      await draftToSpec(draft(admin.clusterId, namespace, 'mute', { template: 'classic-btc-usdt' })),
    );
    const set = objects.find((object) => object.kind === 'StatefulSet') as unknown as StatefulSet;
    const { containers } = set.spec.template.spec;
    const mute = { ...containers[0]!, command: ['bash', '-c', 'exec cat'], volumeMounts: [] };
    const spec = { containers: [mute], terminationGracePeriodSeconds: 2 };
    set.spec.template = { ...set.spec.template, spec };
    await admin.api.create(STATEFUL_SETS, namespace, set);
    await admin.eventually(async () => {
      const { status } = await admin.api.get<Pod>(PODS, namespace, 'mute-0');
      return status?.containerStatuses?.[0]?.state?.running ?? null;
    });
    const bot = await admin.ref(namespace, 'mute');
    const quick = await desk(adminTarget(cluster), { clock: quickClock(5) });
    const first = await quick.end(quick.operations.stop(bot, { ...confirm, force: false }));
    expect(first).toMatchObject({
      outcome: 'failed',
      error: { code: 'TIMEOUT' },
      actions: ['force', 'retry', 'dismiss'],
    });
    expect(first.message).toMatch(/mute was not stopped: It did not answer.*may go on trading/);
    expect((await workload(bot)).spec.replicas).toBe(1);
    await quick.operations.act(first.id, 'force');
    const end = await quick.end({ operationId: quick.operations.list().at(-1)!.id });
    expect(end.message).toMatch(/was killed; orders may be left open/);
    expect(end.outcome).toBe('failed');
    expect((await workload(bot)).spec.replicas).toBe(0);
    quick.dispose();
  });
});

describe.concurrent('a deploy that can not work', () => {
  let registry: Server;
  beforeAll(async () => {
    registry = createServer((request, response) => {
      const code = request.url?.includes('/private/') ? 401 : request.url === '/v2/' ? 200 : 404;
      response
        .writeHead(code, { 'content-type': 'application/json' })
        .end(JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN' }] }));
    });
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => registry.close());
  const image = (name: string) => `127.0.0.1:${(registry.address() as AddressInfo).port}/${name}`;

  it('says that an image does not exist, lists what was written and removes it', async () => {
    const namespace = await fresh();
    const info = await admin.end(
      admin.operations.deploy(draft(admin.clusterId, namespace, 'eth-2', { image: image('hummingbot:version-9.9.9') })),
    );
    expect(info).toMatchObject({ outcome: 'failed', actions: ['retry', 'cleanUp', 'dismiss'] });
    expect(info.message).toMatch(/version-9\.9\.9 does not exist/);
    expect(info.written.map((object) => object.kind)).toEqual([
      'ServiceAccount',
      'ConfigMap',
      'Secret',
      'PersistentVolumeClaim',
      'StatefulSet',
    ]);
    await admin.operations.act(info.id, 'cleanUp');
    const cleaning = admin.operations.list().find((one) => one.kind === 'delete' && one.bot.namespace === namespace)!;
    expect(await admin.end({ operationId: cleaning.id })).toMatchObject({ outcome: 'done', written: [] });
    for (const resource of [STATEFUL_SETS, PERSISTENT_VOLUME_CLAIMS])
      expect(await namesOf(resource, namespace)).toEqual([]);
    expect(await namesOf(SERVICE_ACCOUNTS, namespace)).toEqual(['default']);
  });

  it('says that a registry wants credentials', async () => {
    const namespace = await fresh();
    const info = await admin.end(
      admin.operations.deploy(
        draft(admin.clusterId, namespace, 'eth-3', { image: image('private/hummingbot:version-2.16.0') }),
      ),
    );
    expect(info.message).toMatch(/registry does not give/);
  });

  it('touches nothing of a taken name and says what bears it', async () => {
    const namespace = await fresh();
    await admin.api.create(CONFIG_MAPS, namespace, { metadata: { name: 'other' } });
    await admin.api.create(SERVICE_ACCOUNTS, namespace, { metadata: { name: 'eth-4' } });
    const report = await admin.operations.dryRun(draft(admin.clusterId, namespace, 'eth-4'));
    expect(report.ok).toBe(false);
    expect(report.items.filter((item) => !item.ok)).toMatchObject([
      { object: { kind: 'ServiceAccount' }, error: { code: 'EXISTS' } },
    ]);
    const info = await admin.end(admin.operations.deploy(draft(admin.clusterId, namespace, 'eth-4')));
    expect(info.message).toMatch(/not made by Hummingdeck.*“eth-4”.*not touched/);
    expect(info.written).toEqual([]);
    expect(await namesOf(STATEFUL_SETS, namespace)).toEqual([]);
  });

  it('names the quota before anything is written', async () => {
    const namespace = await fresh();
    await admin.api.create(RESOURCE_QUOTAS, namespace, {
      metadata: { name: 'small' },
      spec: { hard: { 'requests.memory': '100Mi' } },
    });
    const info = await admin.end(admin.operations.deploy(draft(admin.clusterId, namespace, 'eth-5')));
    expect(info.message).toMatch(/quota “small”.*requests\.memory=256Mi.*100Mi/);
    expect(info).toMatchObject({ outcome: 'failed', written: [] });
    expect(await namesOf(SERVICE_ACCOUNTS, namespace)).toEqual(['default']);
  });

  it('names a namespace that is not there', async () => {
    const info = await admin.end(admin.operations.deploy(draft(admin.clusterId, 'nowhere', 'eth-6')));
    expect(info).toMatchObject({ outcome: 'failed', error: { code: 'NOT_FOUND' } });
    expect(info.message).toMatch(/no namespace “nowhere”/);
  });

  it('says what is wrong with the volume', async () => {
    const namespace = await fresh();
    const quick = await desk(adminTarget(cluster), { clock: quickClock(8) });
    const missing = quick.operations.deploy(draft(quick.clusterId, namespace, 'eth-7', { storageClass: 'nowhere' }));
    const silent = quick.operations.deploy(draft(quick.clusterId, namespace, 'eth-8', { storageClass: 'broken' }));
    expect((await quick.end(missing)).message).toMatch(/no storage class “nowhere”/);
    expect((await quick.end(silent)).message).toMatch(/“broken” has not made a volume/);
    quick.dispose();
  });

  it('says that no node has room', async () => {
    const namespace = await fresh();
    const quick = await desk(adminTarget(cluster), { clock: quickClock(4) });
    const info = await quick.end(
      quick.operations.deploy(draft(quick.clusterId, namespace, 'eth-9', { memoryMi: 60_000 })),
    );
    expect(info.message).toMatch(/No node can take the bot \(of 1 node\): 1 too little memory free/);
    quick.dispose();
  });

  it('tells what was written when a right is taken away half-way', async () => {
    const namespace = await fresh();
    await admin.api.create(SERVICE_ACCOUNTS, namespace, { metadata: { name: 'trader' } });
    const rbac = { base: '/apis/rbac.authorization.k8s.io/v1', plural: 'roles' };
    const bindings = { ...rbac, plural: 'rolebindings' };
    const all = ['get', 'list', 'watch', 'create', 'patch', 'delete'];
    await admin.api.create(rbac, namespace, {
      metadata: { name: 'trader' },
      rules: [{ apiGroups: ['', 'apps'], resources: ['*'], verbs: all }],
    });
    await admin.api.create(bindings, namespace, {
      metadata: { name: 'trader' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'trader' },
      subjects: [{ kind: 'ServiceAccount', name: 'trader', namespace }],
    });
    const { status } = await admin.api.raw<{ status: { token: string } }>(
      'POST',
      `/api/v1/namespaces/${namespace}/serviceaccounts/trader/token`,
      { spec: {} },
    );
    const wrap = (api: Api): Api => ({
      ...api,
      async apply(resource, space, object, options) {
        if (resource.plural === 'persistentvolumeclaims' && !options?.dryRun) {
          await admin.api.remove(bindings, namespace, 'trader');
          await new Promise((resolve) => setTimeout(resolve, 1000));
        }
        return api.apply(resource, space, object, options);
      },
    });
    const trader = await desk(target(cluster, { token: status.token }), { wrap });
    const info = await trader.end(trader.operations.deploy(draft(trader.clusterId, namespace, 'eth-10')));
    expect(info).toMatchObject({ outcome: 'failed', error: { code: 'FORBIDDEN' } });
    expect(info.written.map((object) => object.kind)).toEqual(['ServiceAccount', 'ConfigMap', 'Secret']);
    expect(info.message).toMatch(/may not patch persistentvolumeclaims.*Written before that: service account eth-10/);
    trader.dispose();
  });

  it('lists what may stand when the cluster is lost half-way, and removes it when it is back', async () => {
    const namespace = await fresh();
    let line = true;
    const down = () => new Failure({ code: 'UNREACHABLE', message: 'The cluster does not answer.' });
    const wrap = (api: Api): Api => {
      const guarded =
        <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
        (...args: A) =>
          line ? call(...args) : Promise.reject(down());
      return {
        ...api,
        get: guarded(api.get) as Api['get'],
        remove: guarded(api.remove),
        apply: guarded(async (resource: Resource, space: string | null, object: never, options?: WriteOptions) => {
          const made = await api.apply(resource, space, object, options);
          if (resource.plural !== 'secrets' || options?.dryRun) return made;
          line = false;
          throw down();
        }) as Api['apply'],
      };
    };
    const shaky = await desk(adminTarget(cluster), { wrap });
    const info = await shaky.end(shaky.operations.deploy(draft(shaky.clusterId, namespace, 'eth-12')));
    expect(info).toMatchObject({ outcome: 'failed', error: { code: 'UNREACHABLE' } });
    expect(info.message).toMatch(
      /Written before that: service account eth-12 and configuration .*Whether the key store \(Secret\) .* was written is not known/,
    );
    expect(info.written.map((object) => [object.kind, !!object.uid])).toEqual([
      ['ServiceAccount', true],
      ['ConfigMap', true],
      ['Secret', false],
    ]);
    line = true;
    await shaky.operations.act(info.id, 'cleanUp');
    const end = await shaky.end({ operationId: shaky.operations.list().at(-1)!.id });
    expect(end).toMatchObject({ outcome: 'done', written: [] });
    for (const resource of [SECRETS, CONFIG_MAPS, SERVICE_ACCOUNTS])
      expect((await namesOf(resource, namespace)).filter((name) => name.startsWith('eth-12'))).toEqual([]);
    shaky.dispose();
  });

  it('goes on after an answer that never came, and never writes twice', async () => {
    const namespace = await fresh();
    let lost = 0;
    const wrap = (api: Api): Api => ({
      ...api,
      async apply(resource, space, object, options) {
        const made = await api.apply(resource, space, object, options);
        if (resource.plural === 'secrets' && !options?.dryRun && lost++ === 0)
          throw new Failure({ code: 'TIMEOUT', message: 'No answer.' });
        return made as never;
      },
    });
    const shaky = await desk(adminTarget(cluster), { wrap });
    const info = await shaky.end(shaky.operations.deploy(draft(shaky.clusterId, namespace, 'eth-11')));
    expect(info.message).toMatch(/trades/);
    expect((await namesOf(SECRETS, namespace)).filter((name) => name.startsWith('eth-11'))).toHaveLength(1);
    shaky.dispose();
  });
});

describe.concurrent('a bot that does not trade', () => {
  it('says a wrong password, a crash and a value that Hummingbot swallows', async () => {
    const namespace = await fresh();
    const bot = await deployed(namespace, 'eth-1');
    const config = await admin.operations.readConfig(bot);
    const edited = (change: (text: string) => string) =>
      config.files.map((file) => (file.path.startsWith('strategies/') ? { ...file, text: change(file.text) } : file));

    // What the checks would refuse comes from elsewhere, e.g. another tool.
    const bad = configMapOf(
      'eth-1',
      namespace,
      edited((text) => text.replace(/bid_spread: .*/, 'bid_spread: 150')),
    );
    await admin.api.create(CONFIG_MAPS, namespace, bad);
    const annotations = { [ANNOTATION.pendingConfig]: bad.metadata.name };
    await admin.api.merge(STATEFUL_SETS, namespace, 'eth-1', { metadata: { annotations } });
    const swallowed = await admin.end(admin.operations.restart(bot, confirm));
    expect(swallowed.error).toMatchObject({ code: 'INVALID' });
    expect(swallowed.message).toMatch(/runs but does not trade/);

    const crash = edited((text) => `${text}\n# stand-in: crash-after=0\n`);
    const saved = await admin.operations.saveConfig({
      bot,
      base: bad.metadata.name,
      files: crash,
      effect: 'restart-now',
      ...confirm,
    });
    const crashed = await admin.end({ operationId: (saved as { operationId: string }).operationId });
    expect(crashed).toMatchObject({ outcome: 'failed', error: { code: 'INVALID' } });
    expect(crashed.message).toMatch(/exit code 1/);
    expect((await admin.operations.details(bot)).lately.lastEnd).toMatch(/exit code 1/);

    const { template } = (await workload(bot)).spec;
    await admin.api.create(SECRETS, namespace, {
      metadata: { name: 'wrong' },
      data: {
        ...(
          await admin.api.get<KubeObject & { data: object }>(
            SECRETS,
            namespace,
            template.spec.volumes!.find((one) => one.secret)!.secret!.secretName,
          )
        ).data,
        password: Buffer.from('wrong horse').toString('base64'),
      },
    });
    await admin.end(admin.operations.stop(bot, { ...confirm, force: false }));
    const volumes = template.spec.volumes!.map((volume) =>
      volume.secret ? { ...volume, secret: { ...volume.secret, secretName: 'wrong' } } : volume,
    );
    await admin.api.merge(STATEFUL_SETS, namespace, 'eth-1', { spec: { template: { spec: { volumes } } } });
    const refused = await admin.end(admin.operations.start(bot, confirm));
    expect(refused.message).toMatch(/password \(exit code 4\)/);
    expect(refused.error?.cause).toMatch(/invalid password/);
  });

  it('lists the orders that a stop left behind, with their ids', async () => {
    const namespace = await fresh();
    const bot = await deployed(namespace, 'eth-2');
    const config = await admin.operations.readConfig(bot);
    const files = config.files.map((file) =>
      file.path.startsWith('strategies/') ? { ...file, text: `${file.text}\n# stand-in: leave-orders\n` } : file,
    );
    const saved = await admin.operations.saveConfig({
      bot,
      base: config.base,
      files,
      effect: 'restart-now',
      ...confirm,
    });
    expect(await admin.end({ operationId: (saved as { operationId: string }).operationId })).toMatchObject({
      outcome: 'done',
    });
    const stopped = await admin.end(admin.operations.stop(bot, { ...confirm, force: false }));
    const open = await openOrders(cluster, namespace);
    expect(open.length).toBeGreaterThan(0);
    expect(stopped.outcome).toBe('failed');
    for (const order of open) expect(stopped.message).toContain(`exchange order id ${order.id}`);
    // With the bot its record would go: the orders are told once more, then a second try deletes it.
    const kept = await admin.end(admin.operations.delete(bot, { ...confirm, deleteVolume: true }));
    expect(kept.message).toMatch(/exchange order id .* Nothing was deleted/);
    await admin.operations.act(kept.id, 'retry');
    const deleted = await admin.end({ operationId: admin.operations.list().at(-1)!.id });
    expect(deleted.message).toMatch(/Nothing remains/);
    expect(await namesOf(PERSISTENT_VOLUME_CLAIMS, namespace)).toEqual([]);
  });
});

describe('one writer at a time', () => {
  let bot: BotRef;
  beforeAll(async () => {
    bot = await deployed(await fresh(), 'eth-1');
  });

  it('refuses a second laptop and says who does what', async () => {
    const ben = await desk(adminTarget(cluster), { holder: 'ben@desk' });
    const stopping = admin.operations.stop(bot, { ...confirm, force: false });
    await admin.until(stopping, (info) => info.steps[0]!.state !== 'waiting');
    const refused = await ben.end(ben.operations.restart(bot, confirm));
    expect(refused).toMatchObject({ outcome: 'failed', error: { code: 'BUSY' } });
    expect(refused.message).toBe('ana@laptop is stopping eth-1 right now: nothing was done.');
    expect((await admin.end(stopping)).outcome).toBe('done');
    expect((await ben.end(ben.operations.start(bot, confirm))).message).toMatch(/trades/);
    ben.dispose();
  });

  it('picks up a stop that the end of the app interrupted', async () => {
    const first = await desk(adminTarget(cluster), { holder: 'cleo@laptop' });
    const stopping = first.operations.stop(bot, { ...confirm, force: false });
    await first.until(stopping, (info) => info.steps.some((step) => step.key === 'scale' && step.state === 'done'));
    first.dispose();
    const left = await workload(bot);
    expect(left.metadata.annotations?.[ANNOTATION.operation]).toContain('cleo@laptop');

    const later = { ...systemClock, now: () => systemClock.now() + 120_000 };
    const second = await desk(adminTarget(cluster), { holder: 'cleo@laptop', clock: later });
    const row = rowOf({ workload: left, pods: [], now: later.now(), clusterId: second.clusterId })!;
    await second.operations.resumeInterrupted(second.clusterId, [row]);
    const [resumed] = second.operations.list();
    expect(resumed).toMatchObject({ kind: 'stop' });
    expect((await second.end({ operationId: resumed!.id })).outcome).toBe('done');
    expect((await workload(bot)).metadata.annotations).not.toHaveProperty([ANNOTATION.operation]);
    expect(await openOrders(cluster, bot.namespace)).toEqual([]);
    await second.operations.resumeInterrupted(second.clusterId, [row]);
    expect(second.operations.list()).toHaveLength(1);
    second.dispose();
  });

  it('takes over a mark that no one renews, after looking whether someone does', async () => {
    const quick = await desk(adminTarget(cluster), { clock: quickClock(10) });
    const dead = { id: 'dead', kind: 'restart', holder: 'dora@laptop', step: 'starting', since: 1, expiresAt: 2 };
    const annotations = { [ANNOTATION.operation]: JSON.stringify(dead) };
    await admin.api.merge(STATEFUL_SETS, bot.namespace, bot.name, { metadata: { annotations } });
    const info = await quick.end(quick.operations.stop(bot, { ...confirm, force: false }));
    expect(quick.told.some((told) => told.steps[0]!.detail.includes('whether dora@laptop still works on it'))).toBe(
      true,
    );
    expect(info.message).toMatch(/stopped.*No order is open/);
    quick.dispose();
  });

  it('shows a change someone else saved meanwhile instead of writing over it', async () => {
    const config = await admin.operations.readConfig(bot);
    const edit = (value: string) =>
      config.files.map((file) => ({ ...file, text: file.text.replace(/ask_spread: .*/, `ask_spread: ${value}`) }));
    const theirs = await admin.operations.saveConfig({
      bot,
      base: config.base,
      files: edit('0.7'),
      effect: 'next-start',
      ...confirm,
    });
    const mine = await admin.operations.saveConfig({
      bot,
      base: config.base,
      files: edit('0.9'),
      effect: 'next-start',
      ...confirm,
    });
    expect(mine).toMatchObject({
      saved: false,
      theirs: { base: (theirs as { configName: string }).configName, running: config.base },
    });
    const shown = (mine as { theirs: typeof config }).theirs.files.map((file) => file.text).join();
    expect(shown).toContain('ask_spread: 0.7');
    // Back to what runs: nothing waits any more.
    const back = await admin.operations.saveConfig({
      bot,
      base: (theirs as { configName: string }).configName,
      files: config.files,
      effect: 'next-start',
      ...confirm,
    });
    expect(back).toMatchObject({ saved: true, configName: config.base });
    expect((await workload(bot)).metadata.annotations).not.toHaveProperty([ANNOTATION.pendingConfig]);
  });
});

describe('acts only where the trader meant', () => {
  it('refuses another cluster name, another cluster, another object, a bot made by hand', async () => {
    const namespace = await fresh();
    const made = await admin.api.create<StatefulSet>(STATEFUL_SETS, namespace, {
      metadata: { name: 'hand', labels: { app: 'btc-usdt-hummingbot' } },
      spec: {
        replicas: 0,
        serviceName: 'hand',
        selector: { matchLabels: { app: 'btc-usdt-hummingbot' } },
        template: {
          metadata: { labels: { app: 'btc-usdt-hummingbot' } },
          spec: {
            containers: [
              {
                name: 'hand',
                image: 'coinalpha/hummingbot:development',
                command: ['/bin/bash', '-c'],
                args: ['bin/hummingbot_quickstart.py -p ChangeM3Pl34se -f quickstart.yml'],
              },
            ],
          },
        },
      },
    });
    const bot = await admin.ref(namespace, 'hand');
    expect(await failureOf(() => admin.operations.start(bot, { confirmedCluster: 'Tokyo' }))).toMatchObject({
      code: 'WRONG_CLUSTER',
    });
    const replaced = await admin.end(admin.operations.start({ ...bot, uid: 'other' }, confirm));
    expect(replaced.error).toMatchObject({ code: 'WRONG_CLUSTER' });
    const elsewhere = await admin.end(admin.operations.start({ ...bot, clusterId: 'another' }, confirm));
    expect(elsewhere.error).toMatchObject({ code: 'WRONG_CLUSTER' });
    const byHand = await admin.end(admin.operations.stop(bot, { ...confirm, force: false }));
    expect(byHand.error).toMatchObject({ code: 'UNSUPPORTED' });
    expect(byHand.error?.hint).toMatch(/type “stop”.*scale statefulset\/hand --replicas=0/);
    expect((await admin.operations.details(bot)).warnings.join()).toMatch(/public default password/);
    const { metadata } = await workload(bot);
    expect([metadata.generation, metadata.annotations]).toEqual([made.metadata.generation, undefined]);
  });
});

describe('a node that does not answer', () => {
  const ghost = `ghost-${Date.now()}`;
  afterAll(() => admin.api.remove(NODES, null, ghost).catch(() => undefined));

  it('calls the bot probably still trading, and offers force only when its time is over', async () => {
    const namespace = await fresh();
    const at = new Date(Date.now() - 3_600_000).toISOString();
    await admin.api.create(NODES, null, { metadata: { name: ghost }, spec: { unschedulable: true } });
    const silent = { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', lastTransitionTime: at };
    await admin.api.merge(NODES, null, ghost, { status: { conditions: [silent] } }, { subresource: 'status' });
    const objects = objectsOf(await draftToSpec(draft(admin.clusterId, namespace, 'eth-1')));
    const set = objects.find((object) => object.kind === 'StatefulSet') as unknown as StatefulSet;
    const spec = {
      ...set.spec.template.spec,
      nodeName: ghost,
      terminationGracePeriodSeconds: 60,
      serviceAccountName: 'default',
    };
    set.spec.template = { ...set.spec.template, spec };
    await admin.api.create(STATEFUL_SETS, namespace, set);
    const pod = await admin.eventually(() => admin.api.get<Pod>(PODS, namespace, 'eth-1-0'));
    const running = {
      name: 'hummingbot',
      ready: true,
      restartCount: 0,
      image: '',
      imageID: 'x',
      state: { running: { startedAt: at } },
    };
    await admin.api.merge(
      PODS,
      namespace,
      pod.metadata.name,
      { status: { phase: 'Running', startTime: at, containerStatuses: [running] } },
      { subresource: 'status' },
    );

    const quick = await desk(adminTarget(cluster), { clock: quickClock(20) });
    const bot = await quick.ref(namespace, 'eth-1');
    const first = await quick.end(quick.operations.stop(bot, { ...confirm, force: false }));
    expect(first.message).toMatch(
      new RegExp(`^eth-1 is probably still trading: its node ${ghost} has not answered since`),
    );
    expect(first).toMatchObject({ outcome: 'failed', actions: ['retry', 'dismiss'] });
    expect((await workload(bot)).spec.replicas).toBe(0);
    expect(await failureOf(() => quick.operations.act(first.id, 'force'))).toMatchObject({ code: 'NOT_FOUND' });

    const later = await desk(adminTarget(cluster), { clock: quickClock(20, 3_600_000) });
    const second = await later.end(later.operations.stop(bot, { ...confirm, force: false }));
    expect(second).toMatchObject({ outcome: 'failed', actions: ['force', 'retry', 'dismiss'] });
    expect(second.error?.hint).toMatch(/may go on trading unseen/);
    await later.operations.act(second.id, 'force');
    const forced = later.operations.list().at(-1)!;
    const end = await later.end({ operationId: forced.id });
    expect(end.message).toMatch(/given up by force: whether it still trades is not known/);
    expect(end.outcome).toBe('failed');
    expect(await namesOf(PODS, namespace)).toEqual([]);

    const refused = await admin.end(admin.operations.start(bot, confirm));
    expect(refused).toMatchObject({ error: { code: 'BUSY' }, actions: ['force', 'retry', 'dismiss'] });
    expect(refused.message).toContain(`eth-1 may still be trading on ${ghost}`);
    expect((await workload(bot)).spec.replicas).toBe(0);
    await admin.api.remove(NODES, null, ghost);
    const { operationId } = admin.operations.start(bot, confirm);
    await admin.eventually(async () => expect((await workload(bot)).spec.replicas).toBe(1));
    expect((await workload(bot)).metadata.annotations).not.toHaveProperty([ANNOTATION.givenUp]);
    await admin.operations.act(operationId, 'cancel');
    await admin.end({ operationId });
    quick.dispose();
    later.dispose();
  });
});
