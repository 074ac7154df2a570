import { z } from 'zod';
import { idSchema } from '../bots';
import type { ClusterCapacity } from '../capacity';
import { call } from './define';

export const capacityContract = {
  /** What is left on a cluster's nodes, asked of it now unless that was done a minute ago; `fresh`: asked now in any case. */
  'clusters.capacity': call(z.object({ clusterId: idSchema, fresh: z.boolean().default(false) }))<ClusterCapacity>(),
};
