import { z } from 'zod';
import type { ContextList } from '../rows';
import { practiceSchema } from '../settings';
import { call } from './define';

const id = z.string().min(1).max(4096);

export const contextsContract = {
  'contexts.list': call(z.object({}))<ContextList>(),
  'contexts.setEnabled': call(z.object({ id, enabled: z.boolean() }))<null>(),
  /** Several at once. */
  'contexts.setAllEnabled': call(z.object({ ids: z.array(id).max(500), enabled: z.boolean() }))<null>(),
  /** How many practice clusters there are, and with how many bots each. Those that are on with another number of bots begin anew. */
  'contexts.arrangePractice': call(practiceSchema)<null>(),
  'contexts.customise': call(
    z.object({
      id,
      displayName: z.string().max(80).optional(),
      colour: z.number().int().min(0).max(9).optional(),
      namespaces: z.array(z.string().max(63)).max(200).optional(),
    }),
  )<null>(),
  /** Without a path main shows its own file dialog. Gives the path added, or null when cancelled. */
  'contexts.addFile': call(z.object({ path: z.string().max(4096).optional() }))<{ path: string | null }>(),
  'contexts.removeFile': call(z.object({ path: z.string().max(4096) }))<null>(),
  /** "Try again" after a lasting failure. */
  'contexts.retry': call(z.object({ id }))<null>(),
  'contexts.answerConsent': call(z.object({ requestId: z.string().max(253), allow: z.boolean() }))<null>(),
};
