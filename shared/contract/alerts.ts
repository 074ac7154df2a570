import { z } from 'zod';
import { idSchema } from '../bots';
import { call } from './define';

/** Without ids: all of them. */
const which = z.object({ ids: z.array(idSchema).max(1_000).optional() });

export const alertsContract = {
  'alerts.see': call(which)<null>(),
  /** Takes them from the list; what is still so is not told again. */
  'alerts.dismiss': call(which)<null>(),
};
