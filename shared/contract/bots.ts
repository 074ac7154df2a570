import { z } from 'zod';
import {
  botRefSchema,
  idSchema,
  type BotConfig,
  type BotDetails,
  type BotEvents,
  type Issue,
  type OperationInfo,
  type SaveResult,
} from '../bots';
import { call } from './define';

const bot = botRefSchema;
/** The cluster's name as the trader saw it in the confirmation; main refuses when it no longer fits. */
const confirmedCluster = z.string().min(1).max(4096);
const files = z.array(z.object({ path: z.string().max(200), text: z.string().max(900_000) })).max(50);

export const botsContract = {
  'bots.details': call(z.object({ bot }))<BotDetails>(),
  /** The light part of the details, for a page that stays open. */
  'bots.events': call(z.object({ bot }))<BotEvents>(),
  'bots.stop': call(z.object({ bot, confirmedCluster, force: z.boolean().default(false) }))<{ operationId: string }>(),
  'bots.start': call(z.object({ bot, confirmedCluster }))<{ operationId: string }>(),
  'bots.restart': call(z.object({ bot, confirmedCluster }))<{ operationId: string }>(),
  'bots.delete': call(z.object({ bot, confirmedCluster, deleteVolume: z.boolean() }))<{ operationId: string }>(),
  'bots.setReporter': call(z.object({ bot, confirmedCluster, on: z.boolean() }))<{ operationId: string }>(),
  'config.read': call(z.object({ bot }))<BotConfig>(),
  'config.check': call(z.object({ bot, files }))<Issue[]>(),
  'config.save': call(
    z.object({ bot, base: idSchema, files, effect: z.enum(['next-start', 'restart-now']), confirmedCluster }),
  )<SaveResult>(),
  'operations.list': call(z.object({}))<OperationInfo[]>(),
  'operations.act': call(
    z.object({ id: idSchema, action: z.enum(['cleanUp', 'retry', 'force', 'dismiss', 'cancel']) }),
  )<null>(),
};
