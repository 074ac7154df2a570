import type { BotRef } from '../../shared/rows';
import { Failure, toAppError, type AppError } from '../../shared/errors';
import type { Api } from '../cluster/types';
import type { StatefulSet } from '../cluster/objects';
import { STATEFUL_SETS } from '../cluster';

/** What an operation needs of a connected cluster; asked for anew each time, as a connection may be replaced meanwhile. */
export interface ClusterHandle {
  api: Api;
  /** Name the trader gave the cluster. */
  name: string;
  /** @throws Failure WRONG_CLUSTER when the context now points to another cluster. */
  verify(identity: string): Promise<void>;
  /** By how much the cluster's clock is ahead of this machine's, ms; missing: not known. */
  skewMs?: number;
  /** Namespaces the credentials may see; null or missing: all. */
  namespaces?: string[] | null;
}
/** `namespace`: where it will act; of several sign-ins to one cluster the one with most rights there. */
export type ConnectionOf = (clusterId: string, namespace?: string) => ClusterHandle;

/** A cluster pinned by its identity: whatever a kubeconfig says meanwhile, nothing is done elsewhere. */
export interface Site {
  readonly clusterId: string;
  readonly name: string;
  readonly api: Api;
  readonly namespaces: string[] | null;
  /** By how much its clock is ahead of this machine's, ms. */
  readonly skewMs: number;
  /** To be called before each group of writes. */
  verify(): Promise<void>;
}

/** @throws Failure when the cluster is not connected. */
export function pin(connect: ConnectionOf, clusterId: string, namespace?: string): Site {
  let name = connect(clusterId, namespace).name;
  /** Turned off or out of reach in the middle counts as a lost line: what is not connected must never look like what is not there. */
  const connectionOf = (id: string): ClusterHandle => {
    try {
      const handle = connect(id, namespace);
      name = handle.name;
      return handle;
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code !== 'NOT_FOUND') throw thrown;
      throw new Failure({ ...error, code: 'UNREACHABLE', message: `${name} is not connected any more.` });
    }
  };
  return {
    clusterId,
    get name() {
      try {
        return connectionOf(clusterId).name;
      } catch {
        return name;
      }
    },
    get api() {
      return connectionOf(clusterId).api;
    },
    get skewMs() {
      return connectionOf(clusterId).skewMs ?? 0;
    },
    get namespaces() {
      return connectionOf(clusterId).namespaces ?? null;
    },
    verify: () => connectionOf(clusterId).verify(clusterId),
  };
}

/** The trader confirmed by a name; when the cluster bears another one now, nothing is done. @throws Failure WRONG_CLUSTER */
export function confirmed(site: Site, confirmedCluster: string): void {
  if (site.name === confirmedCluster) return;
  throw new Failure({
    code: 'WRONG_CLUSTER',
    message: `You confirmed for “${confirmedCluster}”, but this cluster is now called “${site.name}”: nothing was done.`,
    hint: 'Look which cluster the bot is on and confirm again.',
  });
}

/** The workload a row stood for, still the same object. @throws Failure NOT_FOUND, WRONG_CLUSTER (replaced by another of its name) */
export async function workloadOf(site: Site, bot: BotRef): Promise<StatefulSet> {
  let workload: StatefulSet;
  try {
    workload = await site.api.get<StatefulSet>(STATEFUL_SETS, bot.namespace, bot.name);
  } catch (thrown) {
    if (codeOf(thrown) !== 'NOT_FOUND') throw thrown;
    throw new Failure({
      code: 'NOT_FOUND',
      message: `${bot.name} is no longer there on ${site.name}: someone deleted it.`,
      cause: (thrown as Failure).error.cause,
    });
  }
  if (workload.metadata.uid !== bot.uid)
    throw new Failure({
      code: 'WRONG_CLUSTER',
      message: `${bot.name} on ${site.name} is no longer the bot you chose: it was deleted and made anew.`,
      hint: 'Nothing was done. Look at the new one and choose again.',
    });
  return workload;
}

export const codeOf = (thrown: unknown): AppError['code'] | null =>
  thrown instanceof Failure ? thrown.error.code : null;

/** Failures that say nothing about the request, only about the line: asking again may work. */
export function isLineTrouble(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return code === 'UNREACHABLE' || code === 'TIMEOUT' || code === 'TOO_MANY_REQUESTS' || code === 'SERVER';
}
/** `null` instead of what is not there, or not allowed to be seen. */
export async function orNull<T>(asked: Promise<T>, ...alsoCodes: AppError['code'][]): Promise<T | null> {
  try {
    return await asked;
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === 'NOT_FOUND' || (code && alsoCodes.includes(code))) return null;
    throw thrown;
  }
}
