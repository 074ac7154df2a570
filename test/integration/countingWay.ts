import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { Cluster } from '../cluster/cluster.mjs';

export interface Exec {
  at: number;
  pod: string;
  /** How many ran at that moment, this one with them. */
  atOnce: number;
}
export interface CountingWay {
  /** Where the app goes, over plain HTTP, with an administrator's rights. */
  server: string;
  execs: Exec[];
  close(): Promise<void>;
}

/** A way to a real API server on which execs are counted, where the app can't. */
export async function countingWay(cluster: Cluster): Promise<CountingWay> {
  const pem = (name: string) => readFileSync(join(cluster.dir, 'pki', name));
  const tls = { cert: pem('admin.crt'), key: pem('admin.key'), ca: pem('ca.crt') };
  const { hostname, port } = new URL(cluster.server);
  const sockets = new Set<Socket>();
  const execs: Exec[] = [];
  let open = 0;
  const entry = createServer((near) => {
    const far = connect({ host: hostname, port: Number(port), ...tls });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => (sockets.delete(socket), near.destroy(), far.destroy()));
    }
    near.on('data', (chunk: Buffer) => {
      const pod = /^(?:GET|POST) \S*\/pods\/([^/\s]+)\/exec\?/m.exec(chunk.toString('latin1'))?.[1];
      if (!pod) return;
      execs.push({ at: Date.now(), pod, atOnce: ++open });
      near.once('close', () => open--);
    });
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => entry.listen(0, '127.0.0.1', resolve));
  return {
    server: `http://127.0.0.1:${(entry.address() as AddressInfo).port}`,
    execs,
    close: () =>
      new Promise((resolve) => {
        sockets.forEach((socket) => socket.destroy());
        entry.close(() => resolve());
      }),
  };
}
