import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Draft, OperationInfo } from '../../shared/bots';
import { Failure } from '../../shared/errors';
import type { BotRef } from '../../shared/rows';
import {
  connect,
  createApi,
  createHttpTransport,
  NAMESPACES,
  STATEFUL_SETS,
  systemClock,
  type Connection,
} from '../../electron/cluster';
import type { KubeObject, StatefulSet } from '../../electron/cluster/objects';
import type { Api, Clock } from '../../electron/cluster/types';
import type { ClusterTarget } from '../../electron/kubeconfig/types';
import { createOperations, type Operations } from '../../electron/operations';
import type { Cluster } from '../cluster/cluster.mjs';

export const NAME = 'Frankfurt';

/** The administrator's way in, from the test cluster's kubeconfig. */
export function adminTarget(cluster: Cluster): ClusterTarget {
  const file = parse(readFileSync(cluster.kubeconfig, 'utf8')) as {
    clusters: { cluster: Record<string, string> }[];
    users: { user: Record<string, string> }[];
  };
  const user = file.users[0]!.user;
  const text = (key: string) =>
    user[`${key}-data`]
      ? Buffer.from(user[`${key}-data`]!, 'base64').toString()
      : user[key]
        ? readFileSync(user[key]!, 'utf8')
        : undefined;
  const given = { cert: text('client-certificate'), key: text('client-key'), token: user.token };
  return target(cluster, given);
}

export function target(
  cluster: Cluster,
  credentials: { cert?: string; key?: string; token?: string },
  server = cluster.server,
): ClusterTarget {
  return {
    contextId: 'test',
    contextName: 'test',
    server,
    ca: readFileSync(cluster.caFile, 'utf8'),
    insecureSkipTlsVerify: false,
    namespace: 'default',
    credentials: { kind: 'token', get: () => Promise.resolve(credentials), refresh: () => Promise.resolve(null) },
    fingerprint: '1',
  };
}

/** A connection whose identity is known. */
export function connected(to: ClusterTarget): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const connection = connect(to, {
      clock: systemClock,
      userAgent: 'Hummingdeck/test',
      onStatus(now) {
        if (now.identity && now.status.phase === 'live') resolve(now);
        else if (now.status.phase === 'failed') reject(new Failure(now.status.error!));
      },
    });
    void connection;
  });
}

export interface Desk {
  operations: Operations;
  connection: Connection;
  /** The test's own hand. */
  api: Api;
  clusterId: string;
  /** Every state that was told, in order. */
  told: OperationInfo[];
  /** Waits for the end of an operation. */
  end(started: { operationId: string }): Promise<OperationInfo>;
  /** Waits until the operation is in a state. */
  until(started: { operationId: string }, wanted: (info: OperationInfo) => boolean): Promise<OperationInfo>;
  ref(namespace: string, name: string): Promise<BotRef>;
  /** Asks again until it is there. */
  eventually<T>(ask: () => Promise<T>): Promise<T>;
  dispose(): void;
}

/** The test's own hand, beside what the app asks: it is not noted as the app's. */
export function ownHand(to: ClusterTarget): { api: Api; close(): void } {
  const transport = createHttpTransport(to, { userAgent: 'hummingdeck-test', clock: systemClock });
  return { api: createApi(transport, { clock: systemClock }), close: () => transport.close() };
}

/** One trader's laptop. */
export async function desk(
  to: ClusterTarget,
  options: { holder?: string; clock?: Clock; name?: string; wrap?(api: Api): Api; clusterId?: string } = {},
): Promise<Desk> {
  const connection = await connected(to);
  const clusterId = options.clusterId ?? connection.identity!;
  const told: OperationInfo[] = [];
  const api = options.wrap?.(connection.api) ?? connection.api;
  const operations = createOperations({
    connectionOf: () => ({ api, name: options.name ?? NAME, verify: (identity) => connection.verify(identity) }),
    clock: options.clock ?? systemClock,
    holder: options.holder ?? 'ana@laptop',
    newId: randomUUID,
    emit: (info) => told.push(info),
    gone: () => undefined,
  });
  const hand = ownHand(to);
  const infoOf = (id: string) => operations.list().find((info) => info.id === id)!;
  return {
    operations,
    connection,
    api: hand.api,
    clusterId,
    told,
    async end({ operationId }) {
      await operations.ended(operationId);
      return infoOf(operationId);
    },
    async until({ operationId }, wanted) {
      for (;;) {
        const info = infoOf(operationId);
        if (wanted(info)) return info;
        if (info.outcome !== 'running') throw new Error(`It ended first: ${JSON.stringify(info)}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async ref(namespace, name) {
      const { metadata } = await hand.api.get<StatefulSet>(STATEFUL_SETS, namespace, name);
      return { clusterId, kind: 'StatefulSet', namespace, name, uid: metadata.uid };
    },
    async eventually(ask) {
      for (let i = 0; i < 100; i++) {
        const found = await ask().catch(() => null);
        if (found !== null) return found;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return ask();
    },
    dispose() {
      operations.dispose();
      connection.dispose();
      hand.close();
    },
  };
}

export async function makeNamespace(api: Api, labels: Record<string, string> = {}): Promise<string> {
  const name = `operations-${randomBytes(4).toString('hex')}`;
  await api.create<KubeObject>(NAMESPACES, null, { metadata: { name, labels } });
  return name;
}

export const draft = (clusterId: string, namespace: string, name: string, change: Partial<Draft> = {}): Draft => ({
  template: 'pmm-paper',
  clusterId,
  namespace,
  name,
  image: 'hummingbot/hummingbot:version-2.16.0',
  exchange: 'binance_paper_trade',
  pair: 'ETH-USDT',
  values: { bid_spread: '0.5', ask_spread: '0.5', order_refresh_time: '10', order_amount: '0.05' },
  password: 'correct horse 9',
  memoryMi: 256,
  cpuMilli: 20,
  storageGi: 1,
  storageClass: '',
  pullSecret: '',
  ...change,
});

export interface ExchangeOrder {
  id: string;
  bot: string;
  namespace: string;
  status: string;
}
/** What is open at the stand-in exchange. */
export async function openOrders(cluster: Cluster, namespace: string): Promise<ExchangeOrder[]> {
  const answer = await fetch(`${cluster.exchangeUrl}/orders?namespace=${namespace}`);
  return (await answer.json()) as ExchangeOrder[];
}

/** Time that passes faster, also for what waits. */
export function quickClock(times: number, ahead = 0): Clock {
  const began = systemClock.now();
  return {
    now: () => began + ahead + (systemClock.now() - began) * times,
    after: (ms, run) => systemClock.after(ms / times, run),
    random: () => systemClock.random(),
  };
}
