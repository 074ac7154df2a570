import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConnectionPhase } from '../../shared/rows';
import { connect } from './connection';
import { fallbackIdentity } from './identity';
import { failureOf, fastClock, serve, sourceOf, steadyClock, targetOf, until } from './testing';
import type { Clock } from './types';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

interface Far {
  uid: string | null;
  down: boolean;
  /** Takes requests and says nothing. */
  silent: boolean;
  code: number;
  /** Rights, as `verb resource.group namespace` with `*` for the whole cluster; `all` for an administrator. */
  rights: string[];
  asked: string[];
  delayMs: number;
  /** More for questions about rights. */
  rightsMs: number;
  /** Credentials that are not looked at. */
  anonymous: boolean;
  minor: string;
  providerID: string;
}

async function start(
  change: Partial<Far> = {},
  clock: Clock = fastClock(50),
  namespaces: string[] = [],
  unhurried?: (wanted: () => boolean) => Promise<void>,
) {
  const far: Far = {
    uid: 'uid-1',
    down: false,
    silent: false,
    code: 200,
    rights: ['all'],
    asked: [],
    delayMs: 0,
    rightsMs: 0,
    anonymous: false,
    minor: '34',
    providerID: 'linode://7',
    ...change,
  };
  const refuse = (response: ServerResponse, code: number, reason: string) =>
    response.writeHead(code).end(JSON.stringify({ kind: 'Status', code, reason, message: `${reason}: no` }));
  const server = await serve((request, response) => {
    if (far.down) return void response.destroy();
    if (far.silent) return;
    const { pathname } = new URL(request.url!, 'http://x');
    far.asked.push(pathname);
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const more = pathname.includes('/selfsubject') ? far.rightsMs : 0;
      setTimeout(() => answer(pathname, body), far.delayMs + more);
    });
    const answer = (path: string, text: string) => {
      if (far.code !== 200) return void refuse(response, far.code, far.code === 401 ? 'Unauthorized' : 'InternalError');
      const spec = text ? JSON.parse(text).spec : {};
      if (path === '/stream') return void response.write('{}\n');
      if (path === '/version')
        return void response.end(JSON.stringify({ gitVersion: `v1.${far.minor}.4`, minor: far.minor }));
      if (path.endsWith('/kube-system'))
        return void (far.uid
          ? response.end(JSON.stringify({ metadata: { name: 'kube-system', uid: far.uid } }))
          : refuse(response, 403, 'Forbidden'));
      if (path.endsWith('/nodes'))
        return void response.end(
          JSON.stringify({ items: [{ metadata: { name: 'n' }, spec: { providerID: far.providerID } }] }),
        );
      if (far.anonymous) return void refuse(response, 403, 'User "system:anonymous" cannot do this');
      if (path.endsWith('/selfsubjectaccessreviews')) {
        const { verb, group, resource, subresource, namespace = '*' } = spec.resourceAttributes;
        const right = `${verb} ${resource}${subresource ? `/${subresource}` : ''}${group ? `.${group}` : ''} ${namespace}`;
        return void response.end(
          JSON.stringify({ status: { allowed: far.rights.includes('all') || far.rights.includes(right) } }),
        );
      }
      const resourceRules = far.rights.flatMap((right) => {
        const [verb, name, namespace] = right.split(' ') as [string, string, string];
        const [resource, group = ''] = name.split('.') as [string, string?];
        return namespace === spec.namespace ? [{ verbs: [verb], apiGroups: [group], resources: [resource] }] : [];
      });
      response.end(JSON.stringify({ status: { resourceRules, incomplete: false } }));
    };
  });
  const phases: ConnectionPhase[] = [];
  const credentials = { ...sourceOf({}), kind: 'basic' as const };
  const target = targetOf(server.url, { namespace: 'trading', credentials });
  const connection = connect(target, {
    clock,
    userAgent: 'test',
    namespaces,
    unhurried,
    onStatus({ status }) {
      if (phases.at(-1) !== status.phase) phases.push(status.phase);
    },
  });
  open.push({ close: () => connection.dispose() }, server);
  return { connection, far, phases, target, phase: () => connection.status.phase };
}

describe('connecting', () => {
  it('tells version, identity, provider and rights', async () => {
    const { connection, phase } = await start({}, fastClock(1));
    await until(() => phase() === 'live');
    expect(connection).toMatchObject({ identity: 'uid-1', access: { namespaces: null, missing: [] } });
    await until(() => connection.provider === 'linode');
    expect(connection.status).toMatchObject({ serverVersion: 'v1.34.4', slow: false, error: null, retryAt: null });
  });
  it('tells how far this machine’s clock is from the cluster’s', async () => {
    const real = fastClock(1);
    const { connection, phase } = await start({}, { ...real, now: () => real.now() + 3_600_000 });
    await until(() => phase() === 'live');
    expect(Math.abs((connection.status.skewMs ?? 0) + 3_600_000)).toBeLessThan(5_000);
  });
  it('takes server and authority for identity where kube-system may not be read', async () => {
    const { connection, phase, target } = await start({ uid: null });
    await until(() => phase() === 'live');
    expect(connection.identity).toBe(fallbackIdentity(target));
    await connection.verify(fallbackIdentity(target));
  });
  it('that a server takes for no one’s is no sign-in', async () => {
    const { connection, phase } = await start({ uid: null, anonymous: true });
    await until(() => phase() === 'failed');
    expect(connection).toMatchObject({ identity: null, status: { error: { code: 'UNAUTHORIZED' }, retryAt: null } });
  });
  it('says when the server answers slowly', async () => {
    const { connection, phase } = await start({ delayMs: 100 });
    await until(() => phase() === 'live');
    expect(connection.status.slow).toBe(true);
  });
  it('does not say so any longer when it answers fast again, whatever it was told meanwhile, and asks for that ever more rarely', async () => {
    const clock = fastClock(50);
    const { connection, far, phase } = await start({ delayMs: 100 }, clock);
    await until(() => phase() === 'live');
    const beats = setInterval(() => void connection.api.raw('GET', '/api/v1/nodes').catch(() => undefined), 100);
    const began = clock.now();
    await until(() => clock.now() - began > 100_000);
    expect(connection.status.slow).toBe(true);
    expect(far.asked.filter((path) => path === '/version').length).toBeLessThanOrEqual(4);
    far.delayMs = 0;
    await until(() => !connection.status.slow);
    clearInterval(beats);
  });
  it('goes on by itself until an unreachable server is there', async () => {
    const { connection, far, phase } = await start({ down: true });
    await until(() => phase() === 'failed');
    expect(connection.status).toMatchObject({ error: { code: 'UNREACHABLE' }, retryAt: expect.any(Number) });
    far.down = false;
    await until(() => phase() === 'live');
  });
  it('a refused sign-in is not tried again until the trader says so', async () => {
    const clock = fastClock(50);
    const { connection, far, phase } = await start({ code: 401 }, clock);
    await until(() => phase() === 'failed');
    expect(connection.status).toMatchObject({ error: { code: 'UNAUTHORIZED' }, retryAt: null });
    const before = far.asked.length;
    const began = clock.now();
    await until(() => clock.now() - began > 60_000);
    expect(far.asked).toHaveLength(before);
    far.code = 200;
    connection.retry();
    await until(() => phase() === 'live');
  });
});

describe('a live connection', () => {
  it('that is lost keeps its identity, is stale, and comes back by itself', async () => {
    const { connection, far, phase, phases } = await start();
    await until(() => phase() === 'live');
    far.down = true;
    await failureOf(connection.api.raw('GET', '/version'));
    await until(() => phase() === 'stale');
    expect(connection.identity).toBe('uid-1');
    expect(connection.status.retryAt).not.toBeNull();
    far.down = false;
    await until(() => phase() === 'live');
    expect(phases).toEqual(['live', 'stale', 'live']);
  });
  it('behind which another cluster appears is not used any more', async () => {
    const { connection, far, phase } = await start();
    await until(() => phase() === 'live');
    await connection.verify('uid-1');
    far.uid = 'uid-2';
    expect(await failureOf(connection.verify('uid-1'))).toMatchObject({
      code: 'WRONG_CLUSTER',
      message: expect.stringContaining('nothing was done'),
    });
    connection.retry();
    await until(() => phase() === 'failed');
    expect(connection.status.error).toMatchObject({ code: 'WRONG_CLUSTER' });
    expect(connection.identity).toBe('uid-1');
  });
  it('whose cluster can not be checked any more is not trusted', async () => {
    const { connection, far, phase } = await start();
    await until(() => phase() === 'live');
    far.uid = null;
    expect(await failureOf(connection.verify('uid-1'))).toMatchObject({ code: 'WRONG_CLUSTER' });
  });
  it('is asked about once a minute when nothing else is heard, and not more', async () => {
    const clock = fastClock(200);
    const { connection, far, phase } = await start({}, clock);
    await until(() => phase() === 'live');
    const before = far.asked.filter((path) => path === '/version').length;
    const began = clock.now();
    await until(() => clock.now() - began > 310_000);
    const asked = far.asked.filter((path) => path === '/version').length - before;
    expect(asked).toBeGreaterThanOrEqual(3);
    expect(asked).toBeLessThanOrEqual(6);
    connection.dispose();
  });
  it('that is asked is verified in time, however long rights take, and knows new ones then', async () => {
    const clock = fastClock(50);
    const { connection, far, phases } = await start({ rights: ['list pods trading'] }, clock);
    await until(() => connection.access !== null);
    const [before, began] = [connection.access, clock.now()];
    Object.assign(far, { rights: ['all'], rightsMs: 400 });
    connection.retry();
    await until(() => connection.status.lastWordAt! > began);
    expect(connection.access).toBe(before);
    await until(() => connection.access !== before);
    expect(connection.access!.namespaces).toBeNull();
    expect(phases.filter((one) => one !== 'connecting')).toEqual(['live']);
  });
  it('that no watch tells of is asked in its turn, which is not kept for later; then a dead one is told', async () => {
    const clock = steadyClock(50);
    const turns: (() => void)[] = [];
    const { connection, far, phase } = await start({}, clock, [], () => new Promise((go) => turns.push(go)));
    await until(() => phase() === 'live');
    const asked = () => far.asked.filter((path) => path === '/version').length;
    const pass = async (ms: number) => {
      const began = clock.now();
      await until(() => clock.now() - began > ms);
    };
    await pass(160_000);
    expect([asked(), turns.length, phase()]).toEqual([1, 1, 'live']);
    // Heard by other means: the turn that comes now is not needed.
    await connection.api.raw('GET', '/api/v1/nodes');
    turns[0]!();
    await until(() => turns.length === 2);
    expect(asked()).toBe(1);
    turns[1]!();
    await until(() => turns.length === 3);
    expect(asked()).toBe(2);
    far.down = true;
    turns[2]!();
    await until(() => phase() === 'stale');
  });
});

describe('a turn that is waited for', () => {
  it('holds up no word that a slow cluster is dead: within 90 s, as of any whose watch fell silent', async () => {
    const clock = steadyClock(50);
    let turns = 0;
    const never = () => (turns++, new Promise<void>(() => undefined));
    const { connection, far, phase } = await start({ delayMs: 100 }, clock, [], never);
    await until(() => phase() === 'live');
    await connection.api.transport.stream({ method: 'GET', path: '/stream' });
    const word = connection.status.lastWordAt!;
    far.silent = true;
    await until(() => turns === 1);
    await until(() => phase() === 'stale');
    expect(connection.status.lastWordAt).toBe(word);
    expect(clock.now() - word).toBeLessThan(95_000);
  });
  it('is not used where the sign-in was refused meanwhile', async () => {
    const turns: { wanted: () => boolean; go: () => void }[] = [];
    const wait = (wanted: () => boolean) => new Promise<void>((go) => turns.push({ wanted, go }));
    const clock = steadyClock(50);
    const { connection, far, phase } = await start({}, clock, [], wait);
    await until(() => turns.length === 1);
    expect(turns[0]!.wanted()).toBe(true);
    far.code = 401;
    connection.retry();
    await until(() => phase() === 'failed');
    const before = far.asked.length;
    expect(turns[0]!.wanted()).toBe(false);
    turns[0]!.go();
    const began = clock.now();
    await until(() => clock.now() - began > 120_000);
    expect(far.asked).toHaveLength(before);
  });
});

describe('rights', () => {
  const see = (where: string) =>
    ['statefulsets.apps', 'pods'].flatMap((resource) => [`list ${resource} ${where}`, `watch ${resource} ${where}`]);
  it('of one namespace only: which one, and what is missing for what', async () => {
    const { connection, phase } = await start(
      { rights: [...see('trading'), 'get pods/log trading', ...see('other')] },
      fastClock(50),
      ['other', 'forbidden'],
    );
    await until(() => phase() === 'live');
    expect(connection.access!.namespaces).toEqual(['trading', 'other']);
    const missing = connection.access!.missing;
    expect(missing).toContainEqual({ verb: 'list', resource: 'pods', namespace: 'forbidden', blocks: 'see' });
    expect(missing).toContainEqual({ verb: 'get', resource: 'pods/log', namespace: 'other', blocks: 'log' });
    expect(missing).toContainEqual({
      verb: 'create',
      resource: 'statefulsets.apps',
      namespace: null,
      blocks: 'deploy',
    });
    expect(missing.filter(({ namespace, blocks }) => blocks === 'see' && namespace === 'trading')).toEqual([]);
  });
  it('to read everything but change nothing', async () => {
    const { connection, phase } = await start({ rights: [...see('*'), 'get pods/log *'] });
    await until(() => phase() === 'live');
    expect(connection.access!.namespaces).toBeNull();
    expect(new Set(connection.access!.missing.map(({ blocks }) => blocks))).toEqual(
      new Set(['deploy', 'stop', 'delete', 'screen', 'shell']),
    );
  });
  it('shell and screen need create besides get from 1.35 on', async () => {
    const rights = [...see('*'), 'get pods/exec *', 'get pods/attach *'];
    const old = await start({ rights });
    const recent = await start({ rights, minor: '35' });
    await until(() => old.phase() === 'live' && recent.phase() === 'live');
    const shell = ({ connection }: typeof old) => connection.access!.missing.filter(({ blocks }) => blocks === 'shell');
    expect(shell(old)).toEqual([]);
    expect(shell(recent)).toEqual([{ verb: 'create', resource: 'pods/exec', namespace: null, blocks: 'shell' }]);
  });
});
