import { describe, expect, test } from 'vitest';
import type { Draft } from '../../shared/bots';
import { checkFiles } from '../hummingbot/check';
import { decryptSecret } from '../hummingbot/keystore';
import { templates } from '../hummingbot/templates';
import { checkDraft, draftToSpec } from './spec';
import { draftOf } from './testObjects';

const errorsOf = (change: Partial<Draft>) => checkDraft(draftOf(change)).filter(({ severity }) => severity === 'error');

test.each(templates().map(({ id }) => id))(
  '%s as it is offered can be deployed, and its files hold no finding',
  async (template) => {
    const draft = draftOf({ template });
    expect(checkDraft(draft)).toEqual([]);
    const { files } = await draftToSpec(draft, { preview: true });
    expect(checkFiles(files)).toEqual([]);
  },
);

describe('a draft that would fail later is refused at its field', () => {
  test.each<[Partial<Draft>, string]>([
    [{ name: '' }, 'name'],
    [{ name: 'Eth-1' }, 'name'],
    [{ name: '1-eth' }, 'name'],
    [{ name: 'eth-' }, 'name'],
    [{ name: 'a'.repeat(41) }, 'name'],
    [{ name: 'eth.1' }, 'name'],
    [{ namespace: 'no_such' }, 'namespace'],
    [{ namespace: '' }, 'namespace'],
    [{ image: '' }, 'image'],
    [{ image: 'Hummingbot/Hummingbot' }, 'image'],
    [{ image: 'a b' }, 'image'],
    [{ memoryMi: 100 }, 'memoryMi'],
    [{ memoryMi: NaN }, 'memoryMi'],
    [{ cpuMilli: 0.5 }, 'cpuMilli'],
    [{ storageGi: 0 }, 'storageGi'],
    [{ storageClass: 'Fast Disk' }, 'storageClass'],
    [{ pullSecret: '../x' }, 'pullSecret'],
    [{ password: '' }, 'password'],
    [{ password: 'short' }, 'password'],
    [{ password: 'ChangeM3Pl34se' }, 'password'],
    [{ password: 'two\nlines of it' }, 'password'],
    [{ exchange: 'binance' }, 'exchange'],
    [{ exchange: '' }, 'exchange'],
    [{ pair: 'BTCUSDT' }, 'pair'],
    [{ values: {} }, 'values.bid_spread'],
  ])('%j', (change, field) => {
    expect(errorsOf(change).map((issue) => issue.field)).toContain(field);
  });
  test('each field by its own rule', () => {
    const values = { ...draftOf().values, bid_spread: '150', order_levels: 'x' };
    expect(errorsOf({ values }).map((issue) => issue.field)).toEqual(['values.bid_spread', 'values.order_levels']);
  });
  test('the first error is told when it is deployed all the same', async () => {
    await expect(draftToSpec(draftOf({ name: 'X' }))).rejects.toMatchObject({
      error: { code: 'INVALID', cause: 'name' },
    });
  });
});
test.each([
  'r.example.com:5000/team/hummingbot:version-2.16.0',
  'hummingbot/hummingbot',
  `h/h@sha256:${'a'.repeat(64)}`,
])('the image %s is taken', (image) => {
  expect(errorsOf({ image })).toEqual([]);
});
test('a weak password is warned of', () => {
  expect(checkDraft(draftOf({ password: 'aaaaaaaa' }))).toMatchObject([{ field: 'password', severity: 'warning' }]);
});

test('the keys open with the password, and the name of the Secret does not betray it', async () => {
  const [one, two] = await Promise.all([draftToSpec(draftOf()), draftToSpec(draftOf())]);
  expect(await decryptSecret(one.keys['password_verification'] ?? '', 'correct horse')).toBe('HummingBot');
  expect(one.keysName).toMatch(/^eth-1-keys-[0-9a-f]{10}$/);
  expect(one.keysName).not.toBe(two.keysName);
});
test('the same configuration has the same name, another one another', async () => {
  const nameOf = async (change: Partial<Draft>) => (await draftToSpec(draftOf(change), { preview: true })).configName;
  expect(await nameOf({})).toBe(await nameOf({ password: 'another horse' }));
  expect(await nameOf({})).not.toBe(await nameOf({ values: { ...draftOf().values, bid_spread: '0.6' } }));
});
test('an image is pinned to its digest where that is known', async () => {
  const imageDigest = `sha256:${'b'.repeat(64)}`;
  const pinned = await draftToSpec(draftOf(), { preview: true, imageDigest });
  expect(pinned.image).toBe(`hummingbot/hummingbot:version-2.16.0@${imageDigest}`);
  const own = `h/h@sha256:${'a'.repeat(64)}`;
  expect((await draftToSpec(draftOf({ image: own }), { preview: true, imageDigest })).image).toBe(own);
});
test('a preview is made of a draft that is still wrong', async () => {
  const spec = await draftToSpec(draftOf({ name: '', exchange: ': [', pair: '"', values: {} }), { preview: true });
  expect(spec.keysName).toBe('-keys-0000000000');
});
