import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { upMany, type Many } from './many.mjs';
import { NAMESPACE } from './mould.mjs';
import { run } from './process.mjs';

const COUNT = 3;
const BOTS = 5;
const files = mkdtempSync(join(tmpdir(), 'hd-many-test-'));
let many: Many;
let kubeconfig = '';
const kubectl = (plane: number, ...args: string[]) =>
  run(join(many.bin, 'kubectl'), [
    '--kubeconfig',
    kubeconfig,
    '--context',
    many.planes[plane]!.name,
    '-n',
    NAMESPACE,
    ...args,
  ]);

beforeAll(async () => {
  many = await upMany({ count: COUNT, bots: BOTS });
  kubeconfig = many.kubeconfig(join(files, 'config'));
});
afterAll(async () => {
  await many.down();
  expect(existsSync(many.dir)).toBe(false);
  rmSync(files, { recursive: true, force: true });
});

it('each is a cluster of its own, with its own bots', async () => {
  const planes = many.planes.map((_, i) => i);
  const uids = await Promise.all(
    planes.map((i) => kubectl(i, 'get', 'namespace', 'kube-system', '-o', 'jsonpath={.metadata.uid}')),
  );
  expect(new Set(uids).size).toBe(COUNT);
  const bots = await Promise.all(
    planes.map((i) => kubectl(i, 'get', 'statefulsets', '-o', 'jsonpath={.items[*].metadata.uid}')),
  );
  expect(new Set(bots.flatMap((line) => line.split(' '))).size).toBe(COUNT * BOTS);
  const pods = (await kubectl(2, 'get', 'pods', '--no-headers')).trim().split('\n');
  expect(pods).toHaveLength(BOTS);
  expect(pods[3]).toMatch(/^mm-02-0003-0\s+1\/1\s+Running/);
});

it('a change laid into one is seen there and nowhere else, and a killed one comes back with it', async () => {
  await many.change([
    { cluster: 1, bot: 4, to: 'DOGEUSDT' },
    { cluster: 1, bot: 4, to: 42 },
  ]);
  many.planes[1]!.stop();
  await expect(kubectl(1, 'get', 'pods')).rejects.toThrow(/refused/);
  await many.planes[1]!.start();
  const pairs = ['get', 'statefulsets', '-o', 'jsonpath={.items[*].metadata.annotations.hummingdeck\\.io/pair}'];
  expect(await kubectl(1, ...pairs)).toMatch(/XRP-USDT DOGEUSDT$/);
  expect(await kubectl(2, ...pairs)).toMatch(/XRP-USDT ADA-USDT$/);
  expect(await kubectl(1, 'get', 'pod', 'mm-01-0004-0', '-o', 'jsonpath={.spec.nodeName}')).toBe('node-42');
});
