import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kubeconfig, makeHome, openIn, targetOf } from './testkit';

/** Two self-signed pairs, made once. */
function pairs() {
  const home = makeHome();
  return ['one', 'two'].map((name) => {
    const [key, cert] = [join(home.dir, `${name}.key`), join(home.dir, `${name}.crt`)];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
        '-subj',
        `/CN=${name}`,
        '-keyout',
        key,
        '-out',
        cert,
      ],
      { stdio: 'ignore' },
    );
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  });
}

test('a token file is read again after its time, and at once when the server refused the token', async () => {
  const home = makeHome();
  const file = home.write('token', 'one\n');
  home.write('.kube/config', kubeconfig('a', { tokenFile: file, token: 'never sent' }));
  let time = 0;
  const { credentials } = targetOf(await openIn(home.dir, { now: () => time }), 'default#a');
  const first = await credentials.get();
  expect(first.token).toBe('one');
  time += 60_000;
  expect(await credentials.get()).toBe(first);
  writeFileSync(file, 'two\n');
  time += 60_000;
  const second = await credentials.get();
  expect(second.token).toBe('two');
  expect(await credentials.refresh(second)).toBeNull();
  writeFileSync(file, 'three\n');
  expect((await credentials.refresh(second))?.token).toBe('three');
});

test('a token file that vanishes or is being written leaves the last token in use', async () => {
  const home = makeHome();
  const file = home.write('token', 'one\n');
  home.write('.kube/config', kubeconfig('a', { tokenFile: file }));
  let time = 0;
  const { credentials } = targetOf(await openIn(home.dir, { now: () => time }), 'default#a');
  await credentials.get();
  writeFileSync(file, '');
  time += 60_000;
  expect((await credentials.get()).token).toBe('one');
  rmSync(file);
  time += 60_000;
  expect((await credentials.get()).token).toBe('one');
});

test('a key file named as token file is never sent', async () => {
  const home = makeHome();
  const file = home.write('id_rsa', '-----BEGIN OPENSSH PRIVATE KEY-----\nabc\ndef\n');
  home.write('.kube/config', kubeconfig('a', { tokenFile: file }));
  const { credentials } = targetOf(await openIn(home.dir), 'default#a');
  await expect(credentials.get()).rejects.toThrow(/holds no token/);
});

test('certificate files are used as they are now; a half-done replacement keeps the last good pair', async () => {
  const [one, two] = pairs();
  if (!one || !two) throw new Error('no pairs');
  const home = makeHome();
  const [cert, key] = [home.write('a.crt', one.cert), home.write('a.key', one.key)];
  home.write(
    '.kube/config',
    kubeconfig('a', { 'client-certificate': 'a.crt', 'client-key': 'a.key' })
      .replace('a.crt', cert)
      .replace('a.key', key),
  );
  let time = 0;
  const { credentials } = targetOf(await openIn(home.dir, { now: () => time }), 'default#a');
  expect(await credentials.get()).toMatchObject(one);
  writeFileSync(cert, two.cert);
  time += 60_000;
  expect(await credentials.get()).toMatchObject(one);
  writeFileSync(key, two.key);
  time += 60_000;
  expect(await credentials.get()).toMatchObject(two);
});

test('a certificate with the key of another is told before any connection', async () => {
  const [one, two] = pairs();
  if (!one || !two) throw new Error('no pairs');
  const data = (text: string) => Buffer.from(text).toString('base64');
  const home = makeHome();
  home.write(
    '.kube/config',
    kubeconfig('a', { 'client-certificate-data': data(one.cert), 'client-key-data': data(two.key) }),
  );
  const { credentials } = targetOf(await openIn(home.dir), 'default#a');
  await expect(credentials.get()).rejects.toThrow(/do not belong together/);
});

test.each([
  ['token', { token: 't' }, { token: 't' }],
  ['basic', { username: 'u', password: 'p' }, { basic: { username: 'u', password: 'p' } }],
  ['none', {}, {}],
] as const)('%s from the kubeconfig itself: nothing fresher can exist', async (kind, user, expected) => {
  const home = makeHome();
  home.write('.kube/config', kubeconfig('a', user));
  const room = await openIn(home.dir);
  const { credentials } = targetOf(room, 'default#a');
  expect([credentials.kind, room.list()[0]?.auth]).toEqual([kind, kind]);
  const used = await credentials.get();
  expect(used).toMatchObject(expected);
  expect(await credentials.refresh(used)).toBeNull();
});

test('a token in the kubeconfig is used instead of its plugin, as kubectl does', async () => {
  const home = makeHome();
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: '/bin/false', interactiveMode: 'Never' };
  home.write('.kube/config', kubeconfig('a', { token: 't', exec }));
  const room = await openIn(home.dir);
  expect(room.list()).toMatchObject([{ auth: 'token', execCommand: '' }]);
  expect(await targetOf(room, 'default#a').credentials.get()).toMatchObject({ token: 't' });
});
