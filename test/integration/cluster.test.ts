import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppError, Failure } from '../../shared/errors';
import {
  CONFIG_MAPS,
  connect,
  createApi,
  createHttpTransport,
  execOnce,
  fallbackIdentity,
  NAMESPACES,
  openAttach,
  openExec,
  openLog,
  PODS,
  STATEFUL_SETS,
  startReflector,
  systemClock,
  type Api,
  type ConfigMap,
  type Connection,
  type KubeObject,
  type LogState,
  type Pod,
  type Transport,
} from '../../electron/cluster';
import type { ClusterTarget } from '../../electron/kubeconfig/types';
import { userKubeconfig } from '../cluster/cluster.mjs';
import { ownCluster } from './ownCluster';

const cluster = ownCluster();
const namespace = 'cluster-room';
const clock = systemClock;
const pod = { namespace, pod: 'shell-0', container: 'main' };
const IMAGE = 'hummingbot/hummingbot:version-2.16.0';

let api: Api;
const transports: Transport[] = [];

function targetOf(file: string, more: Partial<ClusterTarget> = {}): ClusterTarget {
  const config = JSON.parse(readFileSync(file, 'utf8'));
  const pem = (data: string) => Buffer.from(data, 'base64').toString();
  const user = config.users[0].user;
  const credentials = { cert: pem(user['client-certificate-data']), key: pem(user['client-key-data']) };
  return {
    contextId: 'test#test',
    contextName: 'test',
    server: config.clusters[0].cluster.server,
    ca: pem(config.clusters[0].cluster['certificate-authority-data']),
    insecureSkipTlsVerify: false,
    namespace,
    credentials: { kind: 'certificate', get: () => Promise.resolve(credentials), refresh: () => Promise.resolve(null) },
    fingerprint: '',
    ...more,
  };
}
function apiOf(target: ClusterTarget): Api {
  const transport = createHttpTransport(target, { userAgent: 'hummingdeck-test', clock });
  transports.push(transport);
  return createApi(transport, { clock });
}
async function failureOf(promise: Promise<unknown>): Promise<AppError> {
  const thrown = await promise.then(
    () => null,
    (error: Failure) => error,
  );
  if (!thrown?.error) throw thrown ?? new Error('did not fail');
  return thrown.error;
}
async function until(done: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; !(await done()); tries++) {
    if (tries > 900) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
const configMap = (name: string, data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});
async function clear(): Promise<void> {
  await api.remove(NAMESPACES, null, namespace).catch(() => undefined);
  await until(
    () =>
      api.get(NAMESPACES, null, namespace).then(
        () => false,
        () => true,
      ),
    'the namespace to be gone',
  );
}
async function startPod(name: string, command: string, restartPolicy = 'Never', tty = false): Promise<void> {
  await api.create(PODS, namespace, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      restartPolicy,
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'main',
          image: IMAGE,
          imagePullPolicy: 'IfNotPresent',
          command: ['bash', '-c', command],
          tty,
          stdin: tty,
        },
      ],
    },
  });
}
const running = (name: string) =>
  until(async () => (await api.get<Pod>(PODS, namespace, name)).status?.phase === 'Running', `${name} to run`);

beforeAll(async () => {
  api = apiOf(targetOf(cluster.kubeconfig));
  await clear();
  await api.create(NAMESPACES, null, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await until(
    () =>
      api.raw('GET', `/api/v1/namespaces/${namespace}/serviceaccounts/default`).then(
        () => true,
        () => false,
      ),
    'the service account',
  );
  await startPod('shell-0', 'exec bash', 'Never', true);
  await running('shell-0');
});
afterAll(async () => {
  await clear();
  for (const transport of transports) transport.close();
});

describe('the live copy', () => {
  it('equals a plain list after a churn with cut connections', async () => {
    const own = apiOf(targetOf(cluster.kubeconfig));
    const items = new Map<string, KubeObject>();
    const put = (item: KubeObject) => items.set(item.metadata.name, item);
    const reflector = startReflector<ConfigMap>({
      api: own,
      resource: CONFIG_MAPS,
      namespace,
      labelSelector: 'churn=yes',
      clock,
      onReplace(all) {
        items.clear();
        all.forEach(put);
      },
      onUpsert: put,
      onRemove: (item) => items.delete(item.metadata.name),
      onWord: () => undefined,
      onTrouble: () => undefined,
    });
    const churn = async (lane: number) => {
      for (let round = 0; round < 25; round++) {
        const name = `churn-${lane}-${round % 5}`;
        const object = {
          ...configMap(name, { round: String(round) }),
          metadata: { name, labels: { churn: round % 7 === 0 ? 'no' : 'yes' } },
        };
        if (round % 4 === 3) await api.remove(CONFIG_MAPS, namespace, name).catch(() => undefined);
        else await api.apply(CONFIG_MAPS, namespace, object, { force: true });
        if (lane === 0 && round % 6 === 5) own.transport.reset();
        if (lane === 1 && round % 9 === 5) reflector.kick();
      }
    };
    await Promise.all([0, 1, 2, 3, 4, 5].map(churn));
    const versions = (all: Iterable<KubeObject>) =>
      [...all].map(({ metadata }) => `${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`).sort();
    const truth = versions((await api.list(CONFIG_MAPS, namespace, { labelSelector: 'churn=yes', limit: 7 })).items);
    expect(truth.length).toBeGreaterThan(5);
    await until(() => versions(items.values()).join() === truth.join(), 'the copy to equal the list');
    reflector.dispose();
    await until(() => own.transport.counters.openStreams === 0, 'the watch to end');
  });
});

describe('writing', () => {
  it('a dry run says what the server thinks and leaves nothing', async () => {
    await api.apply(CONFIG_MAPS, namespace, configMap('dry', { a: '1' }), { dryRun: true });
    expect(await failureOf(api.get(CONFIG_MAPS, namespace, 'dry'))).toMatchObject({
      code: 'NOT_FOUND',
      message: 'ConfigMap dry does not exist on the cluster.',
    });
    const bad = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'bad' },
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: { metadata: { labels: { a: 'c' } }, spec: { containers: [{ name: 'X_' }] } },
      },
    };
    const error = await failureOf(api.apply(STATEFUL_SETS, namespace, bad, { dryRun: true }));
    expect(error).toMatchObject({ code: 'INVALID', status: 422 });
    expect(error.cause).toContain('spec.template.metadata.labels');
  });
  it("someone else's fields are named, not overwritten", async () => {
    await createApi(api.transport, { clock, fieldManager: 'someone' }).apply(
      CONFIG_MAPS,
      namespace,
      configMap('shared', { a: 'theirs' }),
    );
    const error = await failureOf(api.apply(CONFIG_MAPS, namespace, configMap('shared', { a: 'ours' })));
    expect(error).toMatchObject({
      code: 'CONFLICT',
      message: 'someone also manages parts of it; nothing was changed.',
    });
    expect(error.cause).toContain('.data.a');
    expect((await api.get<ConfigMap>(CONFIG_MAPS, namespace, 'shared')).data).toEqual({ a: 'theirs' });
  });
  it('a taken name and a change in between are told apart', async () => {
    const made = await api.create<ConfigMap>(CONFIG_MAPS, namespace, configMap('taken', { a: '1' }));
    expect(await failureOf(api.create(CONFIG_MAPS, namespace, configMap('taken', {})))).toMatchObject({
      code: 'EXISTS',
      message: 'ConfigMap taken exists already; nothing was overwritten.',
    });
    await api.merge(CONFIG_MAPS, namespace, 'taken', { data: { a: '2' } });
    const { resourceVersion } = made.metadata;
    expect(
      await failureOf(api.merge(CONFIG_MAPS, namespace, 'taken', { metadata: { resourceVersion }, data: { a: '3' } })),
    ).toMatchObject({ code: 'CONFLICT' });
    expect(await failureOf(api.remove(CONFIG_MAPS, namespace, 'taken', { uid: 'another' }))).toMatchObject({
      code: 'CONFLICT',
    });
    await api.remove(CONFIG_MAPS, namespace, 'taken', { uid: made.metadata.uid });
  });
});

describe('a restricted user', () => {
  let restricted: ClusterTarget;
  beforeAll(async () => {
    const file = await userKubeconfig(cluster, {
      user: 'reader',
      namespace,
      file: join(cluster.dir, 'reader.kubeconfig'),
    });
    restricted = targetOf(file);
    const rules = [
      { apiGroups: ['', 'apps'], resources: ['pods', 'statefulsets'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
    ];
    await api.raw('POST', `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/roles`, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'reader' },
      rules,
    });
    await api.raw('POST', `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'reader' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'reader' }],
    });
  });
  it('is told which right is missing where', async () => {
    const own = apiOf(restricted);
    await until(
      () =>
        own.list(PODS, namespace).then(
          () => true,
          () => false,
        ),
      'the rights to be known',
    );
    expect((await failureOf(own.list(PODS, null))).message).toBe(
      'This sign-in may not list pods in the whole cluster.',
    );
    expect((await failureOf(own.apply(STATEFUL_SETS, namespace, { metadata: { name: 'x' } }))).message).toBe(
      `This sign-in may not patch statefulsets.apps in namespace ${namespace}.`,
    );
    expect(
      (await failureOf(openExec(own, { ...pod, clock, command: ['true'], tty: false, stdin: false }))).message,
    ).toMatch(/may not (get|create) pods\/exec in namespace/);
  });
  it('sees the namespaces it may see, and what it can not do', async () => {
    const connection = await connected(restricted, ['kube-system']);
    expect(connection.identity).toBe(fallbackIdentity(restricted));
    expect(connection.access!.namespaces).toEqual([namespace]);
    const missing = connection.access!.missing;
    expect(missing).toContainEqual({ verb: 'create', resource: 'secrets', namespace: null, blocks: 'deploy' });
    expect(missing).toContainEqual({ verb: 'list', resource: 'pods', namespace: 'kube-system', blocks: 'see' });
    expect(missing.filter(({ blocks, namespace: where }) => blocks === 'log' && where === namespace)).toEqual([]);
    connection.dispose();
  });
  it('whose copy is refused stops asking', async () => {
    const troubles: { error: AppError | null; lasting: boolean }[] = [];
    const own = apiOf(restricted);
    const reflector = startReflector({
      api: own,
      resource: STATEFUL_SETS,
      namespace: 'kube-system',
      clock,
      onReplace: () => undefined,
      onUpsert: () => undefined,
      onRemove: () => undefined,
      onWord: () => undefined,
      onTrouble: (error, lasting) => troubles.push({ error, lasting }),
    });
    await until(() => troubles.some(({ lasting }) => lasting), 'the refusal to last');
    const before = own.transport.counters.requests;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(own.transport.counters.requests).toBe(before);
    expect(troubles.at(-1)!.error!.message).toBe(
      'This sign-in may not list statefulsets.apps in namespace kube-system.',
    );
    reflector.dispose();
  });
});

async function connected(target: ClusterTarget, namespaces: string[] = []): Promise<Connection> {
  const connection = connect(target, { clock, userAgent: 'Hummingdeck/test', namespaces, onStatus: () => undefined });
  await until(() => connection.status.phase === 'live', 'the connection');
  return connection;
}

describe('a connection', () => {
  it('knows which cluster it is, and refuses another one', async () => {
    const connection = await connected(targetOf(cluster.kubeconfig));
    const { uid } = (await api.get(NAMESPACES, null, 'kube-system')).metadata;
    expect(connection.identity).toBe(uid);
    expect(connection.status.serverVersion).toMatch(/^v1\.\d+/);
    expect(connection.access).toEqual({ namespaces: null, missing: [] });
    await connection.verify(uid);
    expect(await failureOf(connection.verify('00000000-0000-0000-0000-000000000000'))).toMatchObject({
      code: 'WRONG_CLUSTER',
    });
    connection.dispose();
  });
  it('with a certificate of another authority sends nothing and says so', async () => {
    const other = apiOf(targetOf(cluster.kubeconfig, { ca: undefined }));
    expect(await failureOf(other.raw('GET', '/version'))).toMatchObject({
      code: 'CERTIFICATE',
      message: expect.stringContaining('Nothing was sent.'),
    });
  });
});

describe('programs', () => {
  it('give outputs and exit codes', async () => {
    expect(await execOnce(api, pod, ['sh', '-c', 'echo out; echo ü€ >&2; exit 3'], { clock })).toEqual({
      stdout: 'out\n',
      stderr: 'ü€\n',
      code: 3,
    });
    expect(await execOnce(api, pod, ['cat'], { clock, stdin: 'a\nb' })).toEqual({
      stdout: 'a\nb',
      stderr: '',
      code: 0,
    });
    expect(await failureOf(execOnce(api, pod, ['no-such-program'], { clock }))).toMatchObject({
      message: 'The container has no such program.',
    });
    expect(await failureOf(execOnce(api, { ...pod, pod: 'nobody' }, ['true'], { clock }))).toMatchObject({
      code: 'NOT_FOUND',
    });
  });
  it('a flood neither gets lost nor grows while paused', async () => {
    const program = await openExec(api, {
      ...pod,
      clock,
      command: ['sh', '-c', 'yes abcdefg | head -c 20000000'],
      tty: false,
      stdin: false,
    });
    let size = 0;
    let end: { code: number | null } | null = null;
    program.onData((data) => {
      size += data.length;
      if (size > 1_000_000 && size - data.length <= 1_000_000) {
        program.pause();
        setTimeout(() => program.resume(), 500);
      }
    });
    program.onEnd((told) => (end = told));
    await until(() => end !== null, 'the flood to end');
    expect(end).toEqual({ code: 0, error: null });
    expect(size).toBe(20_000_000);
  });
  it('attach paints, passes the size on, and detaching leaves the program alone', async () => {
    const before = (await api.get<Pod>(PODS, namespace, pod.pod)).status!.containerStatuses![0]!;
    const program = await openAttach(api, { ...pod, clock, tty: true, stdin: true, cols: 91, rows: 33 });
    let screen = '';
    program.onData((data) => (screen += Buffer.from(data).toString()));
    program.write(Buffer.from('stty size\n'));
    await until(() => screen.includes('33 91'), 'the first size');
    program.resize(120, 40);
    program.write(Buffer.from('stty size\n'));
    await until(() => screen.includes('40 120'), 'the second size');
    program.close();
    const again = await openAttach(api, { ...pod, clock, tty: true, stdin: true, cols: 80, rows: 24 });
    let second = '';
    again.onData((data) => (second += Buffer.from(data).toString()));
    again.write(Buffer.from('echo still-$((40+2))\n'));
    await until(() => second.includes('still-42'), 'the program to answer again');
    again.close();
    const after = (await api.get<Pod>(PODS, namespace, pod.pod)).status!.containerStatuses![0]!;
    expect(after.containerID).toBe(before.containerID);
    expect(after.restartCount).toBe(0);
  });
});

describe('a log', () => {
  it('followed over cut connections loses no line and doubles none', async () => {
    // It prints until it has been cut off often enough, however fast or slow this machine is.
    const line = 'i=$((i + 1)); echo "line $i"; [ $((i % 50)) = 0 ] && sleep 0.1';
    await startPod(
      'counter',
      `i=0; until [ -e /tmp/enough ] || [ $i -ge 100000 ]; do ${line}; done; echo "printed $i"`,
    );
    let isEnough = false;
    const own = apiOf(targetOf(cluster.kubeconfig));
    const states: LogState[] = [];
    const log = openLog(own, {
      namespace,
      pod: 'counter',
      container: 'main',
      clock,
      follow: true,
      onState: (state) => states.push(state),
    });
    let text = '';
    let cuts = 0;
    let cutAt = 0;
    for await (const bytes of log.chunks) {
      text += Buffer.from(bytes).toString();
      if (cuts === 5 && !isEnough) {
        isEnough = true;
        await execOnce(api, { namespace, pod: 'counter', container: 'main' }, ['touch', '/tmp/enough'], { clock });
      }
      if (cuts === 5 || text.length < cutAt + 3_000) continue;
      cuts++;
      cutAt = text.length;
      own.transport.reset();
    }
    expect(cuts).toBe(5);
    const printed = Number(/^printed (\d+)$/m.exec(text)?.[1]);
    const lines = Array.from({ length: printed }, (_, index) => `line ${index + 1}`);
    expect(text.trimEnd().split('\n')).toEqual([...lines, `printed ${printed}`]);
    expect(log.ended).toMatchObject({ code: 0 });
    expect(states.map(({ phase }) => phase)).toContain('lost');
  });
  it('of a container that starts again goes on with the next run, and the last run can be had alone', async () => {
    await startPod(
      'crash',
      'n=$(cat /proc/sys/kernel/random/uuid); echo "run $n begins"; sleep 1; echo "run $n ends"; exit 5',
      'Always',
    );
    const log = openLog(api, { namespace, pod: 'crash', container: 'main', clock, follow: true });
    let text = '';
    for await (const bytes of log.chunks) {
      text += Buffer.from(bytes).toString();
      if (text.split('ends').length > 2) break;
    }
    log.close();
    const runs = [...text.matchAll(/run (\S+) begins\nrun (\S+) ends\n/g)].map(([, first, second]) => [first, second]);
    expect(runs).toHaveLength(2);
    for (const [first, second] of runs) expect(first).toBe(second);
    const last = openLog(api, {
      namespace,
      pod: 'crash',
      container: 'main',
      clock,
      follow: false,
      previous: true,
      tailLines: 1,
    });
    let words = '';
    for await (const bytes of last.chunks) words += Buffer.from(bytes).toString();
    expect(words).toMatch(/^run \S+ ends\n$/);
  });
  it('of an earlier run that never was says so', async () => {
    const log = openLog(api, { ...pod, clock, follow: false, previous: true });
    const read = async () => {
      for await (const bytes of log.chunks) expect(bytes.length).toBeGreaterThan(0);
    };
    expect(await failureOf(read())).toMatchObject({
      code: 'NOT_FOUND',
      message: 'There is no earlier run to show the log of.',
    });
  });
  it('of a container that can not start waits and says for what', async () => {
    await api.create(PODS, namespace, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'no-image' },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [{ name: 'main', image: 'hummingbot/does-not-exist:1', imagePullPolicy: 'Never' }],
      },
    });
    const states: LogState[] = [];
    const log = openLog(api, {
      namespace,
      pod: 'no-image',
      container: 'main',
      clock,
      follow: true,
      onState: (state) => states.push(state),
    });
    const reading = (async () => {
      for await (const bytes of log.chunks) expect(bytes.length).toBeGreaterThan(0);
    })();
    await until(() => states.some((state) => state.phase === 'waiting' && /image/i.test(state.reason)), 'the reason');
    await api.remove(PODS, namespace, 'no-image', { gracePeriodSeconds: 0 });
    expect(await failureOf(reading)).toMatchObject({ code: 'NOT_FOUND' });
  });
});
