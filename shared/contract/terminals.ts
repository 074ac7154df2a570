import { z } from 'zod';
import { botRefSchema, idSchema } from '../bots';
import type { SessionInfo } from '../terminals';
import { call } from './define';

export const terminalsContract = {
  /** Opens a session; its port arrives under the name `session:ID`. */
  'terminals.open': call(
    z.object({
      bot: botRefSchema,
      kind: z.enum(['log', 'screen', 'shell']),
      cols: z.number().int().min(1).max(1000),
      rows: z.number().int().min(1).max(1000),
      /** Log only: the ended container's log instead of the running one's. */
      previous: z.boolean().default(false),
      /** Log only: lines to begin with. */
      tail: z.number().int().min(0).max(100_000).default(500),
    }),
  )<SessionInfo>(),
  'terminals.close': call(z.object({ id: idSchema }))<null>(),
};
