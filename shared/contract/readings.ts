import { z } from 'zod';
import { LONGEST_ROW_ID, MOST_IN_VIEW } from '../readings';
import { call } from './define';

const rowId = z.string().min(1).max(LONGEST_ROW_ID);

export const readingsContract = {
  /** Rows that can be seen now: they alone are read by themselves. Empty while the window is hidden. */
  'readings.inView': call(z.object({ ids: z.array(rowId).max(MOST_IN_VIEW) }))<null>(),
};
