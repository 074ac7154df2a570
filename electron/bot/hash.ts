import { createHash } from 'node:crypto';
import type { ConfigFile } from '../../shared/bots';

/** First 10 hex digits of the SHA-256 of texts by key, in one form whatever their order. */
export function contentHash(data: Record<string, string>): string {
  const sorted = Object.keys(data)
    .sort()
    .map((key) => [key, data[key]]);
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 10);
}

const FOLDERS = ['strategies', 'scripts', 'controllers', 'connectors'];

/** Key of a file in the ConfigMap: `strategies/eth-1.yml` → `strategies.eth-1.yml`; keys can't hold a slash. */
export function keyOfPath(path: string): string {
  const folder = FOLDERS.find((name) => path.startsWith(`${name}/`));
  return folder ? `${folder}.${path.slice(folder.length + 1)}` : path;
}
/** And back. Keys of bots made by hand name no folder and stay as they are. */
export function pathOfKey(key: string): string {
  const folder = FOLDERS.find((name) => key.startsWith(`${name}.`) && /\.\w+$/.test(key.slice(name.length + 1)));
  return folder ? `${folder}/${key.slice(folder.length + 1)}` : key;
}
export const dataOfFiles = (files: ConfigFile[]): Record<string, string> =>
  Object.fromEntries(files.map(({ path, text }) => [keyOfPath(path), text]));

/**
 * Hash in the name of the Secret. A name is read by many more people than the Secret itself, so it must not let anyone try passwords
 * against it: the password is left out, and what is hashed are the encrypted values, each made with a random salt that stands in the
 * Secret alone. Without it a guess can't be checked; with it the mills of PBKDF2 (1,000,000 rounds) are as slow as against the Secret.
 */
export function keysHash(keys: Record<string, string>): string {
  const { password: _, ...encrypted } = keys;
  return contentHash(encrypted);
}
