import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Failure } from '../../shared/errors';
import type { ClusterTarget, Credentials, CredentialSource } from '../kubeconfig/types';
import type { Clock } from './types';

/** Helpers of this room's tests: throw-away authorities, real servers on the loopback, a clock that runs faster. */
export interface Pair {
  cert: string;
  key: string;
}

const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** An authority made with openssl; `sign` makes certificates for `CN=name`. */
export function makeAuthority() {
  const dir = mkdtempSync(join(tmpdir(), 'hd-ca-'));
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
  const config = (name: string, lines: string[]) => {
    writeFileSync(
      join(dir, `${name}.cnf`),
      ['[req]', 'distinguished_name=dn', 'x509_extensions=ext', '[dn]', '[ext]', ...lines, ''].join('\n'),
    );
    return `${name}.cnf`;
  };
  const ca = config('ca', ['basicConstraints=critical,CA:TRUE', 'subjectKeyIdentifier=hash']);
  run(
    'req',
    '-x509',
    ...curve,
    '-days',
    '2',
    '-subj',
    '/CN=test-ca',
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-config',
    ca,
  );
  return {
    ca: readFileSync(join(dir, 'ca.crt'), 'utf8'),
    sign(name: string, { hosts = '', expired = false } = {}): Pair {
      const cnf = config(name, ['basicConstraints=critical,CA:FALSE', ...(hosts ? [`subjectAltName=${hosts}`] : [])]);
      run(
        'req',
        '-new',
        ...curve,
        '-subj',
        `/CN=${name}`,
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
        '-config',
        cnf,
      );
      const when = expired ? ['-days', '-1'] : ['-days', '2'];
      run(
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        '-CA',
        'ca.crt',
        '-CAkey',
        'ca.key',
        '-CAcreateserial',
        ...when,
        '-extfile',
        cnf,
        '-extensions',
        'ext',
        '-out',
        `${name}.crt`,
      );
      return {
        cert: readFileSync(join(dir, `${name}.crt`), 'utf8'),
        key: readFileSync(join(dir, `${name}.key`), 'utf8'),
      };
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

export interface TestServer {
  url: string;
  port: number;
  /** Connections that were ever opened. */
  connections(): number;
  server: http.Server;
  close(): Promise<void>;
}

/** A real server on the loopback; https with a pair. */
export async function serve(handler: http.RequestListener, tls?: Pair & https.ServerOptions): Promise<TestServer> {
  const server = tls ? https.createServer(tls, handler) : http.createServer(handler);
  let connections = 0;
  server.on('connection', () => connections++);
  server.on('clientError', (_, socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    connections: () => connections,
    server,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export function sourceOf(
  credentials: Credentials,
  refresh: CredentialSource['refresh'] = () => Promise.resolve(null),
): CredentialSource {
  return { kind: 'none', get: () => Promise.resolve(credentials), refresh };
}

export function targetOf(server: string, more: Partial<ClusterTarget> = {}): ClusterTarget {
  return {
    contextId: 'test#test',
    contextName: 'test',
    server,
    insecureSkipTlsVerify: false,
    namespace: 'default',
    credentials: sourceOf({}),
    fingerprint: '',
    ...more,
  };
}

/** Time that passes `factor` times as fast; chance always in the middle. */
export function fastClock(factor: number): Clock {
  const began = Date.now();
  return {
    now: () => began + (Date.now() - began) * factor,
    after(ms, run) {
      const timer = setTimeout(run, ms / factor);
      return () => clearTimeout(timer);
    },
    random: () => 0.5,
  };
}

/** Beat of a steady clock, and what it makes up for when a beat comes late, ms. */
const BEAT = 10;
const MAKES_UP = 100;

/**
 * As a fast one, but it stands still while this process does: on a busy machine no patience ends before anybody had a turn to answer. Below 1 the
 * app is the more patient.
 */
export function steadyClock(factor: number): Clock {
  const due = new Set<{ at: number; run: () => void }>();
  let now = Date.now();
  let last = Date.now();
  setInterval(() => {
    const end = now + Math.min(MAKES_UP, Math.max(0, Date.now() - last)) * factor;
    last = Date.now();
    for (const one of [...due].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)) {
      // One before it may have called it off.
      if (!due.delete(one)) continue;
      now = Math.max(now, one.at);
      one.run();
    }
    now = end;
  }, BEAT).unref();
  return {
    now: () => now,
    after(ms, run) {
      const one = { at: now + ms, run };
      due.add(one);
      return () => void due.delete(one);
    },
    random: () => 0.5,
  };
}

/** Time that passes when told to. */
export function handClock() {
  let now = 0;
  let due: { at: number; run: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    after(ms, run) {
      const one = { at: now + ms, run };
      due.push(one);
      return () => void (due = due.filter((other) => other !== one));
    },
    random: () => 0.5,
  };
  function pass(ms: number): void {
    for (const end = now + ms; ;) {
      const next = due.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) return void (now = end);
      due = due.filter((one) => one !== next);
      now = Math.max(now, next.at);
      next.run();
    }
  }
  return { clock, pass };
}

/** The `AppError` a promise fails with. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure['error']> {
  try {
    await promise;
  } catch (error) {
    return (error as Failure).error ?? Promise.reject(error as Error);
  }
  throw new Error('did not fail');
}

/** Waits until `done` holds. */
export async function until(done: () => boolean, what = 'the condition'): Promise<void> {
  for (let tries = 0; !done(); tries++) {
    if (tries > 1_000) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
