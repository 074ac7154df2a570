import { isAbsolute, resolve } from 'node:path';
import type { Failure } from '../../shared/errors';
import { invalid, unreadable } from './fault';
import type { Reader } from './fields';
import { maxMaterialBytes, type ReadFile } from './files';
import { printable } from './text';

/** A certificate or key: in the kubeconfig itself, or in a file that is read when it is used. */
export type Material = { pem: string } | { file: string };

/** `NAME-data` (base64) or `NAME` (a path relative to the kubeconfig); clientcmd refuses both together. Null: neither is given. */
export function materialOf(entry: Reader, name: string, dir: string): Material | null {
  const data = entry.text(`${name}-data`);
  const file = entry.text(name);
  if (data !== '' && file !== '')
    throw invalid(`Both "${name}" and "${name}-data" are given; only one of them can be meant.`);
  if (data !== '') return { pem: decodePem(data, `${name}-data`) };
  return file === '' ? null : { file: isAbsolute(file) ? file : resolve(dir, file) };
}

function decodePem(base64: string, field: string): string {
  const packed = base64.replace(/\s+/g, '');
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) {
    throw invalid(
      `"${field}" is not valid base64 text.`,
      'It was cut or changed while copying; take the file anew from your provider.',
    );
  }
  return checkPem(Buffer.from(packed, 'base64').toString('utf8'), `"${field}"`);
}

function checkPem(pem: string, what: string): string {
  if (!/-----BEGIN [A-Z0-9 ]+-----/.test(pem)) {
    throw invalid(
      `${what} holds no certificate or key.`,
      'A PEM text is expected; take the file anew from your provider.',
    );
  }
  return pem;
}

/** Text of a file that an entry refers to. `what` e.g. `The certificate file`. Throws `Failure` with the reason. */
export async function readText(path: string, what: string, readFile: ReadFile): Promise<string> {
  try {
    return (await readFile(path, maxMaterialBytes)).toString('utf8');
  } catch (thrown) {
    throw unreadable(`${what} ${printable(path)}`, thrown);
  }
}

export async function readPem(material: Material, what: string, readFile: ReadFile): Promise<string> {
  if ('pem' in material) return material.pem;
  return checkPem(await readText(material.file, what, readFile), `${what} ${printable(material.file)}`);
}

/** A token file's content: one line that fits into a header. Refuses anything else, so that a key file is never sent to a server. */
export function tokenOf(text: string, path: string): string {
  const token = text.trim();
  if (!/^[\x21-\x7e]{1,65536}$/.test(token)) throw badToken(path);
  return token;
}

function badToken(path: string): Failure {
  return invalid(`The file ${printable(path)} holds no token.`, 'One line without spaces is expected.');
}
