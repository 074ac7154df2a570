import { describe, expect, test } from 'vitest';
import { decryptSecret, encryptSecret, passwordVerification } from './keystore';

const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
const salt = bytes('000102030405060708090a0b0c0d0e0f');
const iv = bytes('00112233445566778899aabbccddeeff');
const json = (
  hex: string,
): { crypto: Record<string, never> & { cipherparams: { iv: string }; mac: string; ciphertext: string } } =>
  JSON.parse(Buffer.from(hex, 'hex').toString('utf8')) as never;

describe("values are those of Hummingbot's own key store", () => {
  test('for known password, salt and iv', async () => {
    const value = await encryptSecret('HummingBot', 'correct horse', { salt, iv });
    expect(json(value)).toEqual({
      crypto: {
        cipher: 'aes-128-ctr',
        cipherparams: { iv: '00112233445566778899aabbccddeeff' },
        ciphertext: '337c557c82cc1652fa3a',
        kdf: 'pbkdf2',
        kdfparams: { c: 1000000, dklen: 32, prf: 'hmac-sha256', salt: '000102030405060708090a0b0c0d0e0f' },
        mac: '2eed357b9ef8a2e9c9d57ae2c8d5cd28938d7745b9e32d6a1869e2985414404e',
      },
      version: 3,
      alias: '',
    });
    expect(value).toMatch(/^[0-9a-f]+$/);
  });
  test('an iv that lost its leading zeros is read', async () => {
    const stored = json(await encryptSecret('HummingBot', 'correct horse', { salt, iv }));
    stored.crypto.cipherparams.iv = '112233445566778899aabbccddeeff';
    expect(await decryptSecret(Buffer.from(JSON.stringify(stored)).toString('hex'), 'correct horse')).toBe(
      'HummingBot',
    );
  });
  test('the old form without hexadecimal is read', async () => {
    const value = await encryptSecret('key', 'pass word', {});
    expect(await decryptSecret(`${Buffer.from(value, 'hex').toString('utf8')}\n`, 'pass word')).toBe('key');
  });
});

test('a secret of any script comes back, and two values of it differ', async () => {
  const text = 'gehéim 鍵\n"';
  const [a, b] = await Promise.all([encryptSecret(text, 'ünïcode'), encryptSecret(text, 'ünïcode')]);
  expect(a).not.toBe(b);
  expect(await decryptSecret(a ?? '', 'ünïcode')).toBe(text);
});
test('the verification opens with the password and with no other', async () => {
  const value = await passwordVerification('correct horse');
  expect(await decryptSecret(value, 'correct horse')).toBe('HummingBot');
  await expect(decryptSecret(value, 'wrong horse')).rejects.toMatchObject({ error: { code: 'UNAUTHORIZED' } });
});
test.each(['', 'zz', '7b7d', '{"crypto":1}', '{'])('"%s" is told to be no value', async (value) => {
  await expect(decryptSecret(value, 'x')).rejects.toMatchObject({ error: { code: 'INVALID' } });
});
test('a value that asks for hours of work is refused at once', async () => {
  const stored = json(await encryptSecret('x', 'y')) as unknown as { crypto: { kdfparams: { c: number } } };
  stored.crypto.kdfparams.c = 4_000_000_000;
  await expect(decryptSecret(JSON.stringify(stored), 'y')).rejects.toMatchObject({ error: { code: 'INVALID' } });
});
