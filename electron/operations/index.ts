import type {
  BotConfig,
  BotDetails,
  BotEvents,
  ConfigFile,
  Draft,
  DraftCheck,
  DryRunReport,
  Issue,
  OperationInfo,
  SaveResult,
  TemplateInfo,
} from '../../shared/bots';
import type { BotRef, BotRow } from '../../shared/rows';
import type { Clock } from '../cluster/types';
import { templates } from '../hummingbot/templates';
import { checkConfig, readConfig, saveConfig, type SaveInput } from './config';
import type { Context } from './context';
import { checkOf, deploy, dryRun } from './deploy';
import { details } from './details';
import { botEvents } from './lately';
import { restart, start, stop, type LifeOptions } from './life';
import { remove, type DeleteOptions } from './remove';
import { setReporter, type ReporterOptions } from './reporter';
import { createResumer } from './resume';
import { createRunner, type Action } from './run';
import type { ConnectionOf } from './site';
import { targets, type Targets } from './targets';

export { leftOrdersOf } from './leftOrders';
export type { ClusterHandle, ConnectionOf } from './site';

export interface OperationsOptions {
  /** @throws Failure when the cluster is not connected. */
  connectionOf: ConnectionOf;
  clock: Clock;
  /** Name this machine signs its operations with, e.g. `ana@laptop`. */
  holder: string;
  /** Tells this installation apart from another that signs by the same name. */
  installation?: string;
  newId(): string;
  /** An operation changed: the whole of it. */
  emit(operation: OperationInfo): void;
  /** An operation is no longer listed. */
  gone(id: string): void;
}

type Started = { operationId: string };

/**
 * What is done to bots. Every operation is pinned to its cluster's identity and its bot's uid and refuses to act elsewhere; while it runs it
 * marks the workload. Calls that start one throw `Failure` where it can't even begin; later trouble is told in the operation.
 */
export interface Operations {
  templates(): TemplateInfo[];
  targets(clusterId: string): Promise<Targets>;
  check(draft: Draft): Promise<DraftCheck>;
  dryRun(draft: Draft): Promise<DryRunReport>;
  deploy(draft: Draft): Started;
  stop(bot: BotRef, options: LifeOptions & { force: boolean }): Started;
  start(bot: BotRef, options: LifeOptions): Started;
  restart(bot: BotRef, options: LifeOptions): Started;
  delete(bot: BotRef, options: DeleteOptions): Started;
  /** From its next start on; nothing is restarted. */
  setReporter(bot: BotRef, options: ReporterOptions): Started;
  details(bot: BotRef): Promise<BotDetails>;
  events(bot: BotRef): Promise<BotEvents>;
  readConfig(bot: BotRef): Promise<BotConfig>;
  checkConfig(bot: BotRef, files: ConfigFile[]): Issue[];
  saveConfig(input: SaveInput): Promise<SaveResult>;
  list(): OperationInfo[];
  /** @throws Failure NOT_FOUND when the action is not possible (any more). */
  act(id: string, action: Action): Promise<void>;
  /** To be called with a cluster's rows whenever it was connected: picks up what this machine left interrupted (at
   * once, or when its mark has run out). Never throws; rows it has seen cost nothing. */
  resumeInterrupted(clusterId: string, rows: BotRow[]): Promise<void>;
  /** Resolves when the operation has ended. */
  ended(id: string): Promise<void>;
  /**
   * Ends all watching. Marks of running operations stay until they run out, so that an interrupted stop is found again; those of ended
   * and cancelled ones are off when it resolves.
   */
  dispose(): Promise<void>;
}

export function createOperations(options: OperationsOptions): Operations {
  const { connectionOf, clock, holder, installation = '', newId, emit, gone } = options;
  const runner = createRunner({ clock, newId, emit, gone });
  const context: Context = { connectionOf, clock, me: { holder, installation }, runner, newId };
  const resumer = createResumer(context);
  const started = (operationId: string): Started => ({ operationId });
  return {
    templates,
    targets: (clusterId) => targets(context, clusterId),
    check: checkOf,
    dryRun: (draft) => dryRun(context, draft),
    deploy: (draft) => started(deploy(context, draft)),
    stop: (bot, how) => started(stop(context, bot, how)),
    start: (bot, how) => started(start(context, bot, how)),
    restart: (bot, how) => started(restart(context, bot, how)),
    delete: (bot, how) => started(remove(context, bot, how)),
    setReporter: (bot, how) => started(setReporter(context, bot, how)),
    details: (bot) => details(context, bot),
    events: (bot) => botEvents(context, bot),
    readConfig: (bot) => readConfig(context, bot),
    checkConfig,
    saveConfig: (input) => saveConfig(context, input),
    list: runner.list,
    act: async (id, action) => runner.act(id, action),
    resumeInterrupted: (clusterId, rows) => resumer.look(clusterId, rows),
    ended: runner.ended,
    dispose() {
      resumer.dispose();
      return runner.dispose();
    },
  };
}
