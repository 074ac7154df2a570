import type { Socket } from 'node:net';
import { Pool } from 'undici';
import type { ClusterTarget, Credentials } from '../kubeconfig/types';
import { createDialer, type Dialer } from './dial';
import type { Way } from './transport';
import type { Clock, Dispose } from './types';

/** Kept connections of one server under one client certificate. */
export interface Pools {
  readonly dialer: Dialer;
  readonly pool: Pool;
}

/** Watches and logs hold theirs for minutes; short calls are kept few by their own limit. */
const CONNECTIONS = 544;

/**
 * Pools that are rebuilt when the client certificate changes: the old ones finish what runs in them. `drop` ends all at
 * once with `reason`.
 */
export function createPools(
  target: ClusterTarget,
  clock: Clock,
  counters: { connections: number },
): { of(credentials: Credentials): Pools; ways(): Way[]; drop: (reason: Error) => void; close: Dispose } {
  let current: { cert: string; key: string; pools: Pools } | null = null;
  const alive = new Set<Pool>();
  const ways = new Map<Socket, Way>();
  let last: Way | null = null;
  const origin = new URL(target.server).origin;

  function build(credentials: Credentials): Pools {
    const dialer = counted(createDialer(target, credentials, clock));
    const pool = new Pool(origin, {
      connections: CONNECTIONS,
      pipelining: 1,
      allowH2: false,
      // Below the 60 s after which common balancers drop idle connections without a word.
      keepAliveTimeout: 30_000,
      keepAliveMaxTimeout: 50_000,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (_, done) => {
        dialer.dial().then(
          (socket) => done(null, socket),
          (error) => done(error as Error, null),
        );
      },
    });
    alive.add(pool);
    return { dialer, pool };
  }

  /** Sockets of calls, streams and channels alike. */
  function counted(dialer: Dialer): Dialer {
    return {
      place: dialer.place,
      async dial() {
        let own: Way | null = null;
        const socket = await dialer.dial((way) => (own = last = way));
        if (own) ways.set(socket, own);
        counters.connections++;
        return socket.once('close', () => {
          ways.delete(socket);
          counters.connections--;
        });
      },
    };
  }

  function retire({ pool }: Pools): void {
    const forget = () => alive.delete(pool);
    void pool.close().then(forget, forget);
  }

  function drop(reason: Error): void {
    current = null;
    for (const pool of alive) void pool.destroy(reason).catch(() => undefined);
    alive.clear();
  }

  return {
    of(credentials) {
      const cert = credentials.cert ?? '';
      const key = credentials.key ?? '';
      if (current && current.cert === cert && current.key === key) return current.pools;
      if (current) retire(current.pools);
      current = { cert, key, pools: build(credentials) };
      return current.pools;
    },
    ways: () => (ways.size > 0 || !last ? [...ways.values()] : [last]),
    drop,
    close: () => drop(new Error('closed')),
  };
}
