import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ConsentRequest } from '../../shared/events';
import { Failure, type AppError } from '../../shared/errors';
import { kubeconfig, makeHome, openIn, targetOf, until } from './testkit';

const v1 = 'client.authentication.k8s.io/v1';
const answer = (status: object, apiVersion = v1) => JSON.stringify({ apiVersion, kind: 'ExecCredential', status });

/** A home with a plugin program that counts its runs in `runs` and says what the file `answer` holds. */
function withPlugin(script = 'cat "$HD_DIR/answer"', exec: object = {}) {
  const home = makeHome();
  const body = `#!/bin/sh\necho run >> "$HD_DIR/runs"\nprintf '%s' "$KUBERNETES_EXEC_INFO" > "$HD_DIR/info"\n${script}\n`;
  const command = home.write('bin/signin', body, 0o700);
  home.write('answer', answer({ token: 'one' }));
  const spec = {
    apiVersion: v1,
    command,
    args: ['get-token'],
    env: [{ name: 'HD_DIR', value: home.dir }],
    interactiveMode: 'IfAvailable',
    ...exec,
  };
  home.write('.kube/config', kubeconfig('fra', { exec: spec }));
  const runs = () =>
    existsSync(join(home.dir, 'runs')) ? readFileSync(join(home.dir, 'runs'), 'utf8').split('\n').length - 1 : 0;
  return { ...home, spec, command, runs, say: (text: string) => home.write('answer', text) };
}

const failure = async (promise: Promise<unknown>): Promise<AppError> => {
  const thrown = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof Failure) return thrown.error;
  throw new Error(`not a Failure: ${String(thrown)}`);
};

describe('running a plugin', () => {
  test('one run serves all who ask at once, and later ones', async () => {
    const plugin = withPlugin('sleep 0.1; cat "$HD_DIR/answer"');
    const { credentials } = targetOf(await openIn(plugin.dir), 'default#fra');
    const all = await Promise.all(Array.from({ length: 20 }, () => credentials.get()));
    expect(all.every(({ token }) => token === 'one')).toBe(true);
    await credentials.get();
    expect(plugin.runs()).toBe(1);
  });

  test('a refused credential is dropped and the plugin run once again for all', async () => {
    const plugin = withPlugin();
    const { credentials } = targetOf(await openIn(plugin.dir), 'default#fra');
    const used = await credentials.get();
    plugin.say(answer({ token: 'two' }));
    const fresh = await Promise.all([credentials.refresh(used), credentials.refresh(used), credentials.refresh(used)]);
    expect(fresh.map((one) => one?.token)).toEqual(['two', 'two', 'two']);
    expect((await credentials.refresh(used))?.token).toBe('two');
    expect(plugin.runs()).toBe(2);
  });

  test('a plugin that gives the refused token again has nothing fresher', async () => {
    const plugin = withPlugin();
    const { credentials } = targetOf(await openIn(plugin.dir), 'default#fra');
    expect(await credentials.refresh(await credentials.get())).toBeNull();
    expect(plugin.runs()).toBe(2);
  });

  test('an expired credential is renewed; one expired on arrival does not run the plugin for every request', async () => {
    const plugin = withPlugin();
    let time = Date.parse('2030-01-01T00:00:00Z');
    const { credentials } = targetOf(await openIn(plugin.dir, { now: () => time }), 'default#fra');
    plugin.say(answer({ token: 'hour', expirationTimestamp: '2030-01-01T01:00:00Z' }));
    expect(await credentials.get()).toMatchObject({ token: 'hour', expiresAt: time + 3_600_000 });
    time += 3_500_000;
    await credentials.get();
    expect(plugin.runs()).toBe(1);
    time += 100_000;
    plugin.say(answer({ token: 'old', expirationTimestamp: '2020-01-01T00:00:00Z' }));
    expect((await credentials.get()).token).toBe('old');
    for (let n = 0; n < 5; n += 1) await credentials.get();
    expect(plugin.runs()).toBe(2);
  });

  test('certificate and key are taken as they are', async () => {
    const plugin = withPlugin();
    plugin.say(answer({ clientCertificateData: 'CERT', clientKeyData: 'KEY' }));
    const { credentials } = targetOf(await openIn(plugin.dir), 'default#fra');
    expect(await credentials.get()).toMatchObject({ cert: 'CERT', key: 'KEY', token: undefined });
  });

  test('the plugin is told the version, that nobody answers, and the cluster only where it asks', async () => {
    const pem = '-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n';
    const ca = Buffer.from(pem).toString('base64');
    const plugin = withPlugin();
    await targetOf(await openIn(plugin.dir), 'default#fra').credentials.get();
    const info = () => JSON.parse(readFileSync(join(plugin.dir, 'info'), 'utf8')) as unknown;
    expect(info()).toEqual({ kind: 'ExecCredential', apiVersion: v1, spec: { interactive: false } });

    const beta = 'client.authentication.k8s.io/v1beta1';
    plugin.say(answer({ token: 'x' }, beta));
    const cluster = {
      'certificate-authority-data': ca,
      'tls-server-name': 'inner',
      extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'a' } }],
    };
    plugin.write(
      '.kube/config',
      kubeconfig('fra', { exec: { ...plugin.spec, apiVersion: beta, provideClusterInfo: true } }, cluster),
    );
    await targetOf(await openIn(plugin.dir), 'default#fra').credentials.get();
    expect(info()).toEqual({
      kind: 'ExecCredential',
      apiVersion: beta,
      spec: {
        interactive: false,
        cluster: {
          server: 'https://fra.example:6443',
          'tls-server-name': 'inner',
          'certificate-authority-data': ca,
          config: { audience: 'a' },
        },
      },
    });
  });

  test('arguments reach the program as they are: no shell reads them', async () => {
    const plugin = withPlugin('printf "%s|" "$@" > "$HD_DIR/args"; cat "$HD_DIR/answer"', {
      args: ['$(touch x)', 'a b', '; exit 1', "'"],
    });
    await targetOf(await openIn(plugin.dir), 'default#fra').credentials.get();
    expect(readFileSync(join(plugin.dir, 'args'), 'utf8')).toBe("$(touch x)|a b|; exit 1|'|");
  });

  test('a command without a folder is found in PATH, a relative one beside its kubeconfig', async () => {
    const plugin = withPlugin('cat "$HD_DIR/answer"', { command: 'signin' });
    const env = { PATH: `relative:${plugin.dir}/bin:${process.env.PATH}` };
    expect(await targetOf(await openIn(plugin.dir, { env }), 'default#fra').credentials.get()).toMatchObject({
      token: 'one',
    });
    plugin.write('.kube/config', kubeconfig('fra', { exec: { ...plugin.spec, command: '../bin/signin' } }));
    expect(await targetOf(await openIn(plugin.dir), 'default#fra').credentials.get()).toMatchObject({ token: 'one' });
  });

  test('contexts of one user entry share one run', async () => {
    const plugin = withPlugin();
    const text = readFileSync(join(plugin.dir, '.kube/config'), 'utf8');
    plugin.write(
      '.kube/config',
      text.replace('contexts:', 'contexts:\n- name: two\n  context: {cluster: fra-cluster, user: fra-user}'),
    );
    const room = await openIn(plugin.dir);
    await Promise.all(['default#fra', 'default#two'].map((id) => targetOf(room, id).credentials.get()));
    expect(plugin.runs()).toBe(1);
  });

  test('plugins of one user entry never run side by side', async () => {
    const script =
      'mkdir "$HD_DIR/lock" || { echo overlap >&2; exit 3; }; sleep 0.1; rmdir "$HD_DIR/lock"; cat "$HD_DIR/answer"';
    const plugin = withPlugin(script, { provideClusterInfo: true });
    const text = readFileSync(join(plugin.dir, '.kube/config'), 'utf8')
      .replace('contexts:', 'contexts:\n- name: two\n  context: {cluster: other, user: fra-user}')
      .replace('clusters:', 'clusters:\n- {name: other, cluster: {server: "https://other"}}');
    plugin.write('.kube/config', text);
    const room = await openIn(plugin.dir);
    await Promise.all(['default#fra', 'default#two'].map((id) => targetOf(room, id).credentials.get()));
    expect(plugin.runs()).toBe(2);
  });

  /** Two contexts with a user entry each; a plugin says `overlap` when the other one runs. */
  async function twoEntries(name: string) {
    const script =
      'mkdir "$HD_DIR/lock" || echo overlap >> "$HD_DIR/overlaps"; sleep 0.5; rmdir "$HD_DIR/lock" 2>/dev/null; cat "$HD_DIR/answer"';
    const plugin = withPlugin(script);
    const body = readFileSync(plugin.command, 'utf8');
    const user = (which: string) => ({
      exec: { ...plugin.spec, command: plugin.write(`${which}/${name}`, body, 0o700) },
    });
    plugin.write('one.yaml', kubeconfig('one', user('one')));
    plugin.write('two.yaml', kubeconfig('two', user('two')));
    const added = ['one', 'two'].map((which) => join(plugin.dir, `${which}.yaml`));
    const room = await openIn(plugin.dir, { addedFiles: () => added });
    await Promise.all(added.map((file, i) => targetOf(room, `${file}#${['one', 'two'][i]}`).credentials.get()));
    expect(plugin.runs()).toBe(2);
    return existsSync(join(plugin.dir, 'overlaps'));
  }
  test('of several entries that may open a sign-in window one runs at a time', async () => {
    expect(await twoEntries('kubelogin')).toBe(false);
  });
  test('those that never open a window do not wait for each other', async () => {
    expect(await twoEntries('aws')).toBe(true);
  });
});

describe('when a plugin fails', () => {
  test('a missing program says how to install it', async () => {
    const plugin = withPlugin('', { command: 'no-such-program', installHint: 'brew install \u001b[31mit' });
    const room = await openIn(plugin.dir);
    expect(room.list()[0]?.problem).toBeNull();
    expect(await failure(targetOf(room, 'default#fra').credentials.get())).toMatchObject({
      code: 'PLUGIN_MISSING',
      message: expect.stringContaining('no-such-program'),
      hint: 'brew install it',
    });
  });

  test('its own words are kept, without what it should not have said', async () => {
    const script = 'echo "\\033[31mSSO session expired, run aws sso login. Bearer abcdefghijklmnop" >&2; exit 255';
    const plugin = withPlugin(script);
    const error = await failure(targetOf(await openIn(plugin.dir), 'default#fra').credentials.get());
    expect(error).toMatchObject({ code: 'PLUGIN_FAILED', message: expect.stringContaining('error 255') });
    expect(error.cause).toBe('SSO session expired, run aws sso login. Bearer (hidden)');
  });

  test('one that floods its error output keeps memory small and its last words', async () => {
    const plugin = withPlugin('yes noise | head -c 3000000 >&2; echo "the reason" >&2; exit 1');
    const error = await failure(targetOf(await openIn(plugin.dir), 'default#fra').credentials.get());
    expect(error.cause).toMatch(/the reason$/);
    expect(error.cause?.length).toBeLessThan(5000);
  });

  test.each([
    ['nothing', '', /no answer/],
    ['text', 'token: secret-words', /could not be understood/],
    ['something else', '{"kind":"Pod","apiVersion":"v1","metadata":"secret-words"}', /not a credential/],
    ['another version', answer({ token: 'secret-words' }, 'client.authentication.k8s.io/v1beta1'), /v1beta1/],
    ['no status', JSON.stringify({ apiVersion: v1, kind: 'ExecCredential' }), /neither a token/],
    ['half a certificate', answer({ clientCertificateData: 'secret-words' }), /only one/],
    ['a header in the token', answer({ token: 'secret-words\r\nX-Evil: 1' }), /characters/],
    ['a date that is none', answer({ token: 'secret-words', expirationTimestamp: 'soon' }), /expiry/],
  ])('an answer of %s is refused without quoting it', async (_, text, words) => {
    const plugin = withPlugin();
    plugin.say(text);
    const error = await failure(targetOf(await openIn(plugin.dir), 'default#fra').credentials.get());
    expect(error).toMatchObject({ code: 'PLUGIN_FAILED', message: expect.stringMatching(words) });
    expect(JSON.stringify(error)).not.toContain('secret-words');
  });

  test('one that never answers is ended with its children, and the next call may try again', async () => {
    const plugin = withPlugin(
      'if [ -f "$HD_DIR/child" ]; then cat "$HD_DIR/answer"; exit; fi; trap "" TERM; sleep 1000 & echo $! > "$HD_DIR/child"; wait',
    );
    const { credentials } = targetOf(await openIn(plugin.dir, { pluginTimeoutMs: 300 }), 'default#fra');
    expect(await failure(credentials.get())).toMatchObject({ code: 'TIMEOUT' });
    const child = Number(readFileSync(join(plugin.dir, 'child'), 'utf8'));
    await until(() => !alive(child), 'the child ended');
    expect(await credentials.get()).toMatchObject({ token: 'one' });
  });

  test('one that leaves a helper holding its output open is not waited for', async () => {
    const plugin = withPlugin('sleep 3 & echo $! > "$HD_DIR/child"; cat "$HD_DIR/answer"');
    const { credentials } = targetOf(await openIn(plugin.dir), 'default#fra');
    await credentials.get();
    expect(alive(Number(readFileSync(join(plugin.dir, 'child'), 'utf8')))).toBe(true);
  });

  test('closing ends what still runs', async () => {
    const plugin = withPlugin('echo $$ > "$HD_DIR/pid"; exec sleep 1000');
    const room = await openIn(plugin.dir);
    const waiting = failure(targetOf(room, 'default#fra').credentials.get());
    await until(
      () => existsSync(join(plugin.dir, 'pid')) && readFileSync(join(plugin.dir, 'pid'), 'utf8') !== '',
      'it runs',
    );
    room.dispose();
    expect(await waiting).toMatchObject({ code: 'CANCELLED' });
    await until(() => !alive(Number(readFileSync(join(plugin.dir, 'pid'), 'utf8'))), 'it ended');
  });
});

describe('consent', () => {
  test('is asked once for all callers, with the whole command line, and remembered', async () => {
    const plugin = withPlugin('cat "$HD_DIR/answer"', { args: ['--token', 'hush', "it's"] });
    plugin.spec.env.push({ name: 'AWS_SECRET_ACCESS_KEY', value: 'hush' });
    plugin.write('.kube/config', kubeconfig('fra', { exec: plugin.spec }));
    const asked: ConsentRequest[] = [];
    const allowed = new Set<string>();
    const options = {
      consent: (request: ConsentRequest) => Promise.resolve(asked.push(request) > 0),
      allowed: { has: (hash: string) => allowed.has(hash), add: (hash: string) => allowed.add(hash) },
    };
    const { credentials } = targetOf(await openIn(plugin.dir, options), 'default#fra');
    await Promise.all([credentials.get(), credentials.get()]);
    await credentials.refresh(await credentials.get());
    await targetOf(await openIn(plugin.dir, options), 'default#fra').credentials.get();
    expect(asked).toEqual([
      {
        id: [...allowed][0],
        contextName: 'fra',
        command: `HD_DIR=${plugin.dir} AWS_SECRET_ACCESS_KEY=(hidden) ${plugin.command} --token (hidden) 'it'\\''s'`,
        path: join(plugin.dir, '.kube/config'),
      },
    ]);
  });

  test.each([
    ['another argument', (exec: { args: string[] }) => ({ ...exec, args: ['other'] })],
    ['another variable', (exec: object) => ({ ...exec, env: [{ name: 'LD_PRELOAD', value: '/x.so' }] })],
  ])('is asked again for %s', async (_, change) => {
    const plugin = withPlugin();
    const asked: string[] = [];
    const room = await openIn(plugin.dir, { consent: ({ id }) => Promise.resolve(asked.push(id) > 0) });
    await targetOf(room, 'default#fra').credentials.get();
    plugin.write('.kube/config', kubeconfig('fra', { exec: change(plugin.spec) }));
    await room.reload();
    await targetOf(room, 'default#fra')
      .credentials.get()
      .catch(() => undefined);
    expect(new Set(asked).size).toBe(2);
  });

  test('is asked again when another program is found under the name', async () => {
    const plugin = withPlugin('cat "$HD_DIR/answer"', { command: 'signin' });
    plugin.write('other/signin', readFileSync(plugin.command), 0o700);
    const asked: string[] = [];
    const allowed = new Set<string>();
    for (const folder of ['bin', 'bin', 'other']) {
      const room = await openIn(plugin.dir, {
        env: { PATH: `${plugin.dir}/${folder}:${process.env.PATH}` },
        consent: ({ command }) => Promise.resolve(asked.push(command) > 0),
        allowed: { has: (hash) => allowed.has(hash), add: (hash) => allowed.add(hash) },
      });
      await targetOf(room, 'default#fra').credentials.get();
    }
    expect(asked).toEqual([expect.stringContaining('/bin/signin'), expect.stringContaining('/other/signin')]);
  });

  test('a no is kept: nothing runs and nobody is asked again until the trader tries again', async () => {
    const plugin = withPlugin();
    let asked = 0;
    const room = await openIn(plugin.dir, { consent: () => Promise.resolve(++asked > 1) });
    const { credentials } = targetOf(room, 'default#fra');
    for (let n = 0; n < 3; n += 1)
      expect(await failure(credentials.get())).toMatchObject({ code: 'PLUGIN_NOT_ALLOWED' });
    expect([asked, plugin.runs()]).toEqual([1, 0]);
    room.askAgain();
    expect(await credentials.get()).toMatchObject({ token: 'one' });
    expect(asked).toBe(2);
  });

  test('a question nobody answers ends with the room, and its late answer runs nothing', async () => {
    const plugin = withPlugin();
    let answer: (yes: boolean) => void = () => undefined;
    const allowed = new Set<string>();
    const room = await openIn(plugin.dir, {
      consent: () => new Promise((resolve) => (answer = resolve)),
      allowed: { has: (hash) => allowed.has(hash), add: (hash) => allowed.add(hash) },
    });
    const waiting = failure(targetOf(room, 'default#fra').credentials.get());
    await new Promise((go) => setTimeout(go, 50));
    room.dispose();
    expect(await waiting).toMatchObject({ code: 'CANCELLED' });
    answer(true);
    await new Promise((go) => setTimeout(go, 50));
    expect([plugin.runs(), allowed.size]).toEqual([0, 0]);
  });

  test('what would hide in the line is made visible', async () => {
    const plugin = withPlugin('', { args: ['safe\u202e', '\u001b[2Kecho'] });
    const [context] = (await openIn(plugin.dir)).list();
    expect(context?.execCommand).toContain("'safe\\u{202e}' '\\u{1b}[2Kecho'");
  });
});

test('a reload keeps the credentials of what stayed as it was', async () => {
  const plugin = withPlugin();
  const room = await openIn(plugin.dir);
  const before = targetOf(room, 'default#fra');
  await before.credentials.get();
  const path = join(plugin.dir, '.kube/config');
  writeFileSync(path, `# changed\n${readFileSync(path, 'utf8')}`);
  await room.reload();
  const after = targetOf(room, 'default#fra');
  expect(after.credentials).toBe(before.credentials);
  await after.credentials.get();
  expect(plugin.runs()).toBe(1);
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie is still listed until its parent looks.
    return !existsSync('/proc') || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
