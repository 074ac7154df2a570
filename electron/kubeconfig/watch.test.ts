import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kubeconfig, makeHome, openIn, targetOf, until } from './testkit';

const never = { debounceMs: 20, pollMs: 1_000_000 };

test('a file that did not exist, nor its folder, is found when it appears', async () => {
  const home = makeHome();
  const room = await openIn(home.dir, { watch: never });
  home.write('.kube/config', kubeconfig('new'));
  await until(() => room.list()[0]?.name === 'new', 'the new context');
});

test('an edit, an atomic replacement and a removal are each seen', async () => {
  const home = makeHome();
  const path = home.write('.kube/config', kubeconfig('one'));
  const room = await openIn(home.dir, { watch: never });
  const name = () => room.list()[0]?.name;
  writeFileSync(path, kubeconfig('two'));
  await until(() => name() === 'two', 'the edit');
  renameSync(home.write('.kube/config.new', kubeconfig('three')), path);
  await until(() => name() === 'three', 'the replacement');
  rmSync(path);
  await until(() => name() === undefined, 'the removal');
  home.write('.kube/config', kubeconfig('four'));
  await until(() => name() === 'four', 'its return');
});

test('a swapped symlink is seen, of the file and of a folder above it', async () => {
  const home = makeHome();
  home.write('v1/config', kubeconfig('one'));
  home.write('v2/config', kubeconfig('two'));
  home.write('v3/config', kubeconfig('three'));
  mkdirSync(join(home.dir, '.kube'));
  const swap = (target: string, link: string) => {
    symlinkSync(target, `${link}.tmp`);
    renameSync(`${link}.tmp`, link);
  };
  swap('v1', join(home.dir, '.kube/data'));
  // As a mounted secret: config -> data/config, data -> v1.
  symlinkSync('data/config', join(home.dir, '.kube/config'));
  for (const version of ['v1', 'v2', 'v3']) symlinkSync(`../${version}`, join(home.dir, '.kube', version));
  const room = await openIn(home.dir, { watch: never });
  expect(room.list()[0]?.name).toBe('one');
  swap('v2', join(home.dir, '.kube/data'));
  await until(() => room.list()[0]?.name === 'two', 'the swapped folder');
  swap('../v3/config', join(home.dir, '.kube/config'));
  await until(() => room.list()[0]?.name === 'three', 'the swapped file');
});

test('a broken certificate reference mends by itself when the file comes', async () => {
  const home = makeHome();
  home.write('.kube/config', kubeconfig('a', {}, { 'certificate-authority': 'later/ca.pem' }));
  const room = await openIn(home.dir, { watch: never });
  expect(room.list()[0]?.problem?.code).toBe('NOT_FOUND');
  home.write('.kube/later/ca.pem', '-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n');
  await until(() => room.list()[0]?.problem === null, 'the mended context');
});

test('a new certificate authority in the same file changes the fingerprint', async () => {
  const home = makeHome();
  const pem = (text: string) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
  const file = home.write('ca.pem', pem('A'));
  home.write('.kube/config', kubeconfig('a', {}, { 'certificate-authority': file }));
  const room = await openIn(home.dir, { watch: never });
  const before = targetOf(room, 'default#a').fingerprint;
  writeFileSync(file, pem('B'));
  await until(() => targetOf(room, 'default#a').ca === pem('B'), 'the new authority');
  expect(targetOf(room, 'default#a').fingerprint).not.toBe(before);
});

test('where the system tells nothing, the poll finds the change', async () => {
  const home = makeHome();
  const path = home.write('.kube/config', kubeconfig('one'));
  const room = await openIn(home.dir, { watch: { debounceMs: 1_000_000, pollMs: 50 } });
  writeFileSync(path, kubeconfig('two'));
  await until(() => room.list()[0]?.name === 'two', 'the change');
});

test('nothing is told for a change that means nothing, nor after closing', async () => {
  const home = makeHome();
  const path = home.write('.kube/config', kubeconfig('one'));
  let told = 0;
  const room = await openIn(home.dir, { watch: never, onChange: () => (told += 1) });
  expect(told).toBe(1);
  writeFileSync(path, `# comment\n${kubeconfig('one')}`);
  await room.reload();
  expect(told).toBe(1);
  room.dispose();
  writeFileSync(path, kubeconfig('two'));
  await new Promise((go) => setTimeout(go, 150));
  expect([told, room.list()[0]?.name]).toEqual([1, 'one']);
});

test('a change made while the files are read is not lost', async () => {
  const home = makeHome();
  const path = home.write('.kube/config', kubeconfig('one'));
  const { readRegularFile } = await import('./files');
  let first = true;
  const room = await openIn(home.dir, {
    watch: never,
    readFile: async (file, most) => {
      const bytes = await readRegularFile(file, most);
      if (first) writeFileSync(path, kubeconfig('two'));
      first = false;
      return bytes;
    },
  });
  await until(() => room.list()[0]?.name === 'two', 'the change');
});
