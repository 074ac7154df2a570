import { createCipheriv, createDecipheriv, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { keccak_256 } from '@noble/hashes/sha3';
import { Failure } from '../../shared/errors';

const derive = promisify(pbkdf2);
const ITERATIONS = 1_000_000;
/** What `.password_verification` holds, encrypted with the bot's password. */
const VERIFICATION_TEXT = 'HummingBot';

interface StoredKey {
  crypto: {
    cipher: string;
    cipherparams: { iv: string };
    ciphertext: string;
    kdf: string;
    kdfparams: { c: number; dklen: number; prf: string; salt: string };
    mac: string;
  };
  version: number;
  alias: string;
}

/**
 * Encrypts a secret as Hummingbot's keystore stores it: hex of UTF-8 JSON, one line.
 * Takes about 0.2 s, off the event loop. `salt` and `iv` (16 bytes each) are for tests; by default they are random.
 */
export async function encryptSecret(
  text: string,
  password: string,
  options: { salt?: Uint8Array; iv?: Uint8Array } = {},
): Promise<string> {
  const salt = options.salt ?? randomBytes(16);
  const iv = options.iv ?? randomBytes(16);
  const key = await derive(password, salt, ITERATIONS, 32, 'sha256');
  const cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), iv);
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const stored: StoredKey = {
    crypto: {
      cipher: 'aes-128-ctr',
      cipherparams: { iv: hex(iv) },
      ciphertext: hex(ciphertext),
      kdf: 'pbkdf2',
      kdfparams: { c: ITERATIONS, dklen: 32, prf: 'hmac-sha256', salt: hex(salt) },
      mac: hex(macOf(key, ciphertext)),
    },
    version: 3,
    alias: '',
  };
  return hex(Buffer.from(JSON.stringify(stored), 'utf8'));
}

/**
 * Reads what `encryptSecret` or Hummingbot wrote; the old unhexed JSON form (`encrypted_default.json`) too.
 * @throws Failure INVALID when it is no keystore value, UNAUTHORIZED when the password is wrong.
 */
export async function decryptSecret(value: string, password: string): Promise<string> {
  const { crypto } = parseStored(value);
  const { c, dklen, salt } = crypto.kdfparams;
  const key = await derive(password, bytes(salt), c, dklen, 'sha256');
  const ciphertext = bytes(crypto.ciphertext);
  const mac = macOf(key, ciphertext);
  const wanted = bytes(crypto.mac);
  if (mac.length !== wanted.length || !timingSafeEqual(mac, wanted))
    throw new Failure({
      code: 'UNAUTHORIZED',
      message: 'The password does not fit this key.',
      hint: 'Enter the password that the key was stored with.',
    });
  // Hummingbot writes the iv as a number: leading zero bytes get lost.
  const iv = bytes(crypto.cipherparams.iv.padStart(32, '0'));
  const decipher = createDecipheriv('aes-128-ctr', key.subarray(0, 16), iv);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
}

/** Content of `conf/.password_verification`, by which Hummingbot knows the right password. A new one at each call. */
export function passwordVerification(password: string): Promise<string> {
  return encryptSecret(VERIFICATION_TEXT, password);
}

function parseStored(value: string): StoredKey {
  try {
    const text = value.trim();
    const stored = JSON.parse(text.startsWith('{') ? text : bytes(text).toString('utf8')) as StoredKey;
    const { cipher, kdf, kdfparams, mac, ciphertext, cipherparams } = stored.crypto;
    const sound =
      cipher === 'aes-128-ctr' &&
      kdf === 'pbkdf2' &&
      kdfparams.prf === 'hmac-sha256' &&
      Number.isInteger(kdfparams.c) &&
      kdfparams.c >= 1 &&
      // Hummingbot writes 1,000,000; a hostile file must not keep the machine busy for hours.
      kdfparams.c <= 10_000_000 &&
      kdfparams.dklen === 32 &&
      [mac, ciphertext, cipherparams.iv, kdfparams.salt].every((part) => typeof part === 'string');
    if (!sound) throw new Error('unknown cipher, key derivation or sizes');
    return stored;
  } catch (thrown) {
    throw new Failure({
      code: 'INVALID',
      message: "This is not a value of Hummingbot's key store.",
      hint: 'Enter the key again.',
      cause: thrown instanceof Error ? thrown.message.slice(0, 100) : '',
    });
  }
}

/** Keccak-256 as Ethereum uses it; Node's SHA3-256 pads differently. */
function macOf(key: Buffer, ciphertext: Buffer): Buffer {
  return Buffer.from(keccak_256(Buffer.concat([key.subarray(16, 32), ciphertext])));
}

const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');

function bytes(text: string): Buffer {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) throw new Error('not hexadecimal');
  return Buffer.from(text, 'hex');
}
