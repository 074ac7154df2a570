import { mkdirSync, symlinkSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRegularFile, type ReadFile } from './files';
import { kubeconfig, makeHome, openIn, targetOf } from './testkit';

const ids = (room: { list(): { id: string }[] }) => room.list().map(({ id }) => id);
const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('which files count', () => {
  test('without anything said, ~/.kube/config is read', async () => {
    const home = makeHome();
    const path = home.write('.kube/config', kubeconfig('fra'));
    const room = await openIn(home.dir);
    expect(room.list()).toMatchObject([
      {
        id: 'default#fra',
        name: 'fra',
        source: { kind: 'default', path, files: [path] },
        server: 'https://fra.example:6443',
        problem: null,
      },
    ]);
    expect(room.currentId()).toBe('default#fra');
  });

  test('no file at all is no problem, just an empty list', async () => {
    const room = await openIn(makeHome().dir);
    expect([room.list(), room.problems()]).toEqual([[], []]);
  });

  test('the KUBECONFIG list replaces the usual file; missing, empty and repeated entries are passed over', async () => {
    const home = makeHome();
    home.write('.kube/config', kubeconfig('usual'));
    const [one, two] = [home.write('one', kubeconfig('one')), home.write('two', kubeconfig('two'))];
    const list = ['', one, join(home.dir, 'missing'), one, two, ''].join(delimiter);
    const room = await openIn(home.dir, { env: { KUBECONFIG: list } });
    expect(ids(room)).toEqual(['default#one', 'default#two']);
    expect(room.problems()).toEqual([]);
    expect(room.currentId()).toBe('default#one');
  });

  test('--kubeconfig beats KUBECONFIG, and is told when it is missing', async () => {
    const home = makeHome();
    const env = { KUBECONFIG: home.write('one', kubeconfig('one')) };
    const named = home.write('named', kubeconfig('named'));
    expect(ids(await openIn(home.dir, { env, argv: ['app', '--kubeconfig', named] }))).toEqual(['default#named']);
    expect(ids(await openIn(home.dir, { env, argv: ['app', `--kubeconfig=${named}`] }))).toEqual(['default#named']);
    const room = await openIn(home.dir, { env, argv: [`--kubeconfig=${home.dir}/gone`] });
    expect(room.list()).toEqual([]);
    expect(room.problems()).toMatchObject([{ path: `${home.dir}/gone`, error: { code: 'NOT_FOUND' } }]);
  });

  test('the first file wins for a name, as a whole: nothing of the second is mixed in', async () => {
    const home = makeHome();
    const one = home.write('one', kubeconfig('prod', { token: 'first' }, { server: 'https://first:1' }));
    const two = home.write(
      'two',
      kubeconfig('prod', { username: 'x', password: 'y' }, { server: 'https://second:2', 'tls-server-name': 'second' }),
    );
    const room = await openIn(home.dir, { env: { KUBECONFIG: [one, two].join(delimiter) } });
    expect(ids(room)).toEqual(['default#prod']);
    const target = targetOf(room, 'default#prod');
    expect(target).toMatchObject({ server: 'https://first:1', tlsServerName: undefined });
    expect(await target.credentials.get()).toMatchObject({ token: 'first', basic: undefined });
  });

  test('each context tells what kubectl must be given: its file, the usual one too, or all files it is spread over', async () => {
    const home = makeHome();
    const usual = home.write('.kube/config', kubeconfig('usual'));
    const spread = {
      clusters: [],
      users: [],
      contexts: [{ name: 'spread', context: { cluster: 'usual-cluster', user: 'two-user' } }],
    };
    const one = home.write('one', JSON.stringify(spread));
    const two = home.write('two', kubeconfig('two'));
    const added = home.write('added', kubeconfig('added'));
    const room = await openIn(home.dir, {
      env: { KUBECONFIG: [two, one, usual].join(delimiter) },
      addedFiles: () => [added],
    });
    expect(Object.fromEntries(room.list().map(({ name, source }) => [name, source.files]))).toEqual({
      ...{ two: [two], spread: [two, one, usual], usual: [usual], added: [added] },
    });
    const named = await openIn(home.dir, { argv: ['--kubeconfig', added] });
    expect(named.list()[0]!.source.files).toEqual([added]);
  });

  test('added files stand on their own: two k3s files that both say "default" show two contexts', async () => {
    const home = makeHome();
    home.write('.kube/config', kubeconfig('default', {}, { server: 'https://own:6443' }));
    const one = home.write('k3s-one', kubeconfig('default', {}, { server: 'https://one:6443' }));
    const two = home.write('k3s-two', kubeconfig('default', {}, { server: 'https://two:6443' }));
    const room = await openIn(home.dir, { addedFiles: () => [one, two, one] });
    expect(room.list().map(({ id, server }) => [id, server])).toEqual([
      ['default#default', 'https://own:6443'],
      [`${one}#default`, 'https://one:6443'],
      [`${two}#default`, 'https://two:6443'],
    ]);
  });

  test('relative paths are relative to the file they stand in', async () => {
    const home = makeHome();
    home.write('a/certs/ca.pem', pem.replace('AAAA', 'AAAB'));
    home.write('a/token', 'from-a\n');
    home.write('b/token', 'from-b\n');
    const a = home.write(
      'a/config',
      kubeconfig('a', { tokenFile: 'token' }, { 'certificate-authority': 'certs/ca.pem' }),
    );
    const b = home.write('b/config', kubeconfig('b', { tokenFile: './token' }));
    const room = await openIn(home.dir, { env: { KUBECONFIG: [a, b].join(delimiter) } });
    expect(targetOf(room, 'default#a').ca).toContain('AAAB');
    expect(await targetOf(room, 'default#a').credentials.get()).toMatchObject({ token: 'from-a' });
    expect(await targetOf(room, 'default#b').credentials.get()).toMatchObject({ token: 'from-b' });
  });
});

describe('broken files hide nothing else', () => {
  const good = kubeconfig('good', { token: 'secret-in-file' });
  const cases: [string, (home: ReturnType<typeof makeHome>) => string, RegExp][] = [
    ['invalid YAML', (home) => home.write('bad', `${good}\n  : [`), /not valid YAML/],
    ['an empty file', (home) => home.write('bad', ''), /empty/],
    ['only comments', (home) => home.write('bad', '# nothing\n'), /empty/],
    ['binary', (home) => home.write('bad', Buffer.from([0, 1, 2, 255, 254, 10, 58])), /./],
    ['a list', (home) => home.write('bad', '- a\n- b\n'), /not a kubeconfig/],
    ['a text', (home) => home.write('bad', 'hello'), /not a kubeconfig/],
    ['nothing usable', (home) => home.write('bad', 'apiVersion: v1\nkind: Config\n'), /no cluster/],
    ['wrong types', (home) => home.write('bad', 'clusters: 5\ncontexts: {}\n'), /not a list/],
    ['a folder', (home) => (mkdirSync(join(home.dir, 'bad')), join(home.dir, 'bad')), /folder/],
    ['a pipe', (home) => (execFileSync('mkfifo', [join(home.dir, 'bad')]), join(home.dir, 'bad')), /regular file/],
    ['a link to itself', (home) => (symlinkSync('bad', join(home.dir, 'bad')), join(home.dir, 'bad')), /link/],
    ['an alias bomb', (home) => home.write('bad', bomb()), /repeats parts/],
    ['bottomless nesting', (home) => home.write('bad', '['.repeat(200_000)), /./],
  ];
  test.each(cases)('%s', async (_, make, words) => {
    const home = makeHome();
    const list = [make(home), home.write('good', good)].join(delimiter);
    const room = await openIn(home.dir, { env: { KUBECONFIG: list } });
    expect(ids(room)).toEqual(['default#good']);
    expect(room.problems()[0]?.path).toBe(join(home.dir, 'bad'));
    expect(room.problems()[0]?.error.message).toMatch(words);
    expect(JSON.stringify(room.problems())).not.toContain('secret-in-file');
  });

  test('a file that may not be read', async () => {
    const home = makeHome();
    const path = home.write('bad', good);
    const other = home.write('good', good);
    // Root, whom tests may run as, may read everything.
    const readFile: ReadFile = (file, most) =>
      file === path
        ? Promise.reject(Object.assign(new Error('EACCES'), { code: 'EACCES' }))
        : readRegularFile(file, most);
    const room = await openIn(home.dir, { addedFiles: () => [path, other], readFile });
    expect(room.problems()).toMatchObject([{ path, error: { code: 'FORBIDDEN' } }]);
    expect(ids(room)).toEqual([`${other}#good`]);
  });

  test('an added file that went missing says so', async () => {
    const home = makeHome();
    home.write('.kube/config', good);
    const room = await openIn(home.dir, { addedFiles: () => [`${home.dir}/gone`] });
    expect(ids(room)).toEqual(['default#good']);
    expect(room.problems()).toMatchObject([{ path: `${home.dir}/gone`, error: { code: 'NOT_FOUND' } }]);
  });
});

function bomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let at = 1; at < 9; at += 1)
    lines.push(
      `a${at}: &a${at} [${Array(10)
        .fill(`*a${at - 1}`)
        .join(', ')}]`,
    );
  return `${lines.join('\n')}\ncontexts: *a8\n`;
}

describe('broken entries are shown with their reason', () => {
  const cases: [string, string, RegExp][] = [
    ['a cluster that is nowhere', '{cluster: nowhere, user: u}', /names a cluster.*"nowhere"/],
    ['a user that is nowhere', '{cluster: c, user: nobody}', /names a user.*"nobody"/],
    ['no cluster', '{user: u}', /does not say which cluster/],
    ['no user', '{cluster: c}', /does not say which user/],
    ['nothing', 'null', /does not say which cluster/],
    ['a list', '[a]', /not a set of fields/],
    ['a list for a name', '{cluster: [c], user: u}', /"cluster" is not a text/],
    ['a namespace that cannot exist', '{cluster: c, user: u, namespace: "No/Such"}', /namespace/],
  ];
  test.each(cases)('a context with %s', async (_, context, words) => {
    const home = makeHome();
    const good = '- {name: good, context: {cluster: c, user: u}}';
    home.write(
      '.kube/config',
      `contexts:\n- name: bad\n  context: ${context}\n${good}\nclusters: [{name: c, cluster: {server: "https://c"}}]\nusers: [{name: u, user: {}}]\n`,
    );
    const room = await openIn(home.dir);
    const [bad, fine] = room.list();
    expect(bad?.problem?.message).toMatch(words);
    expect(room.target('default#bad')).toEqual({ ok: false, error: bad?.problem });
    expect(fine?.problem).toBeNull();
  });

  const clusters: [string, object, RegExp][] = [
    ['no server', { server: '' }, /address is missing/],
    ['a server that is no address', { server: 'https://[half' }, /not valid/],
    ['a server of another scheme', { server: 'ftp://x' }, /https/],
    ['a password in the address', { server: 'https://me:hunter22@x' }, /user name or password/],
    ['an unencrypted address', { server: 'http://x.example' }, /not encrypted/],
    ['bad base64', { 'certificate-authority-data': '%%%%' }, /not valid base64/],
    ['cut base64', { 'certificate-authority-data': base64(pem).slice(0, -3) }, /not valid base64/],
    ['base64 of something else', { 'certificate-authority-data': base64('hello') }, /holds no certificate/],
    ['a missing certificate file', { 'certificate-authority': 'gone.pem' }, /gone\.pem does not exist/],
    ['a certificate device', { 'certificate-authority': '/dev/zero' }, /not a regular file/],
    [
      'a certificate and no checking',
      { 'certificate-authority-data': base64(pem), 'insecure-skip-tls-verify': true },
      /only one/,
    ],
    ['a SOCKS 4 proxy', { 'proxy-url': 'socks4://x:1' }, /SOCKS 4/],
    ['a proxy that is no address', { 'proxy-url': 'nowhere' }, /proxy/],
    ['a wrong type', { server: ['a'] }, /"server" is not a text/],
    ['a flag that is none', { 'insecure-skip-tls-verify': 'maybe' }, /true or false/],
  ];
  test.each(clusters)('a cluster with %s', async (_, cluster, words) => {
    const home = makeHome();
    home.write('.kube/config', kubeconfig('bad', { token: 't' }, cluster));
    const other = home.write('good', kubeconfig('good'));
    const [bad, good] = (await openIn(home.dir, { addedFiles: () => [other] })).list();
    expect(bad?.problem?.message).toMatch(words);
    expect(bad?.problem?.hint).toBeTruthy();
    expect(JSON.stringify(bad)).not.toContain('hunter22');
    expect(good?.problem).toBeNull();
  });

  const plugin = { apiVersion: 'client.authentication.k8s.io/v1', command: 'x', interactiveMode: 'Never' };
  const users: [string, object, string, RegExp][] = [
    ['a certificate without a key', { 'client-certificate-data': base64(pem) }, 'INVALID', /no key/],
    [
      'a certificate given twice',
      { 'client-certificate-data': base64(pem), 'client-certificate': 'x', 'client-key': 'x' },
      'INVALID',
      /only one of them/,
    ],
    [
      'a missing key file',
      { 'client-certificate-data': base64(pem), 'client-key': 'gone.key' },
      'NOT_FOUND',
      /gone\.key/,
    ],
    ['a missing token file', { tokenFile: '/nonexistent/token' }, 'NOT_FOUND', /token/],
    ['token and password', { token: 't', username: 'u', password: 'p' }, 'INVALID', /both a token and a password/],
    ['an old sign-in provider', { 'auth-provider': { name: 'gcp' } }, 'UNSUPPORTED', /"gcp"/],
    ['a plugin without a command', { exec: { ...plugin, command: '' } }, 'INVALID', /no command/],
    [
      'a dropped plugin interface',
      { exec: { ...plugin, apiVersion: 'client.authentication.k8s.io/v1alpha1' } },
      'UNSUPPORTED',
      /v1alpha1/,
    ],
    ['an unknown plugin interface', { exec: { ...plugin, apiVersion: 'v9' } }, 'INVALID', /v9/],
    ['a plugin that needs a terminal', { exec: { ...plugin, interactiveMode: 'Always' } }, 'UNSUPPORTED', /terminal/],
    ['a group but nobody to act as', { 'as-groups': ['admins'] }, 'INVALID', /does not say who/],
    ['a wrong type', { token: { a: 1 } }, 'INVALID', /"token" is not a text/],
  ];
  test.each(users)('a user with %s', async (_, user, code, words) => {
    const home = makeHome();
    home.write('.kube/config', kubeconfig('bad', user));
    const [bad] = (await openIn(home.dir)).list();
    expect(bad?.problem).toMatchObject({ code, message: expect.stringMatching(words) });
  });

  test('names written twice: the first counts and the second is told', async () => {
    const home = makeHome();
    const path = home.write(
      '.kube/config',
      'contexts: [{name: a, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {}}]\nclusters:\n' +
        '- {name: c, cluster: {server: "https://first"}}\n- {name: c, cluster: {server: "https://second"}}\n- {cluster: {}}\n- 5\n',
    );
    const room = await openIn(home.dir);
    expect(room.list()).toMatchObject([{ server: 'https://first', problem: null }]);
    expect(room.problems().map(({ path: at, error }) => [at, error.message])).toEqual([
      [path, expect.stringMatching(/"c" stands more than once/)],
      [path, expect.stringMatching(/has no name/)],
      [path, expect.stringMatching(/not a set of fields/)],
    ]);
  });

  test("a broken cluster keeps its name: another file's cluster of that name does not take its place", async () => {
    const home = makeHome();
    const one = home.write('one', kubeconfig('prod', {}, { server: '' }));
    const two = home.write('two', kubeconfig('prod', {}, { server: 'https://somewhere-else' }));
    const room = await openIn(home.dir, { env: { KUBECONFIG: [one, two].join(delimiter) } });
    expect(room.list()).toMatchObject([{ name: 'prod', problem: { code: 'INVALID' } }]);
  });
});

describe('what a target says', () => {
  test('address, TLS, proxy, namespace, impersonation', async () => {
    const home = makeHome();
    const cluster = {
      server: 'https://Host.example:6443/k8s/clusters/c-1/',
      'certificate-authority-data': base64(pem),
      'tls-server-name': 'inner',
      'proxy-url': 'http://proxy:3128',
      'disable-compression': true,
    };
    const user = {
      as: 'eve',
      'as-uid': '7',
      'as-groups': ['a', 'b'],
      'as-user-extra': { scope: ['x', 'y'] },
      token: 't',
    };
    home.write(
      '.kube/config',
      kubeconfig('a', user, cluster).replace('user: a-user}', 'user: a-user, namespace: trading}'),
    );
    expect(targetOf(await openIn(home.dir), 'default#a')).toMatchObject({
      contextId: 'default#a',
      contextName: 'a',
      server: 'https://host.example:6443/k8s/clusters/c-1',
      ca: pem,
      insecureSkipTlsVerify: false,
      tlsServerName: 'inner',
      proxyUrl: 'http://proxy:3128',
      namespace: 'trading',
      impersonate: { user: 'eve', uid: '7', groups: ['a', 'b'], extra: { scope: ['x', 'y'] } },
    });
  });

  test('an address without a scheme is https', async () => {
    const home = makeHome();
    home.write('.kube/config', kubeconfig('a', {}, { server: '10.0.0.1:6443' }));
    expect(targetOf(await openIn(home.dir), 'default#a').server).toBe('https://10.0.0.1:6443');
  });

  test('no credentials go over plain http, not even to this machine', async () => {
    const home = makeHome();
    home.write('.kube/config', kubeconfig('a', { token: 'secret' }, { server: 'http://127.0.0.1:8001' }));
    const { credentials } = targetOf(await openIn(home.dir), 'default#a');
    expect(await credentials.get()).toEqual({});
  });

  test.each([
    ['another token', { token: 'u' }, {}],
    ['another server', { token: 't' }, { server: 'https://other' }],
    ['another CA', { token: 't' }, { 'certificate-authority-data': base64(`${pem}\n`) }],
    ['another proxy', { token: 't' }, { 'proxy-url': 'http://p' }],
    ['another impersonated user', { token: 't', as: 'x' }, {}],
    ['no certificate checks', { token: 't' }, { 'insecure-skip-tls-verify': true }],
  ])('the fingerprint changes with %s, and with nothing else', async (_, user, cluster) => {
    const home = makeHome();
    const print = async (text: string) => {
      home.write('.kube/config', text);
      return targetOf(await openIn(home.dir), 'default#a').fingerprint;
    };
    const before = await print(kubeconfig('a', { token: 't' }));
    expect(await print(`# a comment\n${kubeconfig('a', { token: 't' })}`)).toBe(before);
    expect(await print(kubeconfig('a', user, cluster))).not.toBe(before);
  });

  test('names are shown without escape sequences and overrides', async () => {
    const home = makeHome();
    const name = '\u001b[31mprod\u202e';
    const text = JSON.stringify({
      contexts: [{ name, context: { cluster: 'c', user: 'u' } }],
      clusters: [{ name: 'c', cluster: { server: 'https://c' } }],
      users: [{ name: 'u', user: {} }],
    });
    home.write('.kube/config', text);
    expect((await openIn(home.dir)).list()).toMatchObject([{ name: '[31mprod', problem: null }]);
  });

  test('YAML 1.1 words and numbers stay the names they are', async () => {
    const home = makeHome();
    home.write(
      '.kube/config',
      'contexts: [{name: no, context: {cluster: 0x10, user: 1e3}}]\nclusters: [{name: 0x10, cluster: {server: "https://c"}}]\nusers: [{name: 1e3, user: {token: 012}}]\n',
    );
    const target = targetOf(await openIn(home.dir), 'default#no');
    expect(await target.credentials.get()).toMatchObject({ token: '012' });
  });
});

test('2,000 contexts in 10 MB, half of them broken, all show', async () => {
  const home = makeHome();
  const filler = base64(`${pem}${'A'.repeat(1700)}`);
  const numbers = [...Array(2000).keys()];
  const list = (key: string, entry: (n: number) => string) => `${key}:\n${numbers.map(entry).join('')}`;
  home.write(
    '.kube/config',
    list(
      'clusters',
      (n) =>
        `- name: c${n}\n  cluster:\n    certificate-authority-data: ${filler}\n    server: ${n % 2 ? 'ftp' : 'https'}://10.0.0.1:${n + 1}\n`,
    ) +
      list(
        'users',
        (n) => `- name: u${n}\n  user:\n    client-certificate-data: ${filler}\n    client-key: keys/${n}.pem\n`,
      ) +
      list('contexts', (n) => `- name: x${n}\n  context: {cluster: c${n}, user: u${n}}\n`),
  );
  for (const n of numbers) home.write(`.kube/keys/${n}.pem`, pem);
  const room = await openIn(home.dir);
  expect(room.list()).toHaveLength(2000);
  expect(room.list().filter(({ problem }) => problem === null)).toHaveLength(1000);
});
