import { z } from 'zod';
import { LONGEST_ROW_ID, MOST_IN_VIEW, MOST_READ, type ReadNow } from '../readings';
import { call } from './define';

const rowId = z.string().min(1).max(LONGEST_ROW_ID);

export const readingsContract = {
  /** Rows that can be seen now: they alone are read by themselves; `usage`: those that show CPU or memory. Empty while the window is hidden. */
  'readings.inView': call(
    z.object({ ids: z.array(rowId).max(MOST_IN_VIEW), usage: z.array(rowId).max(MOST_IN_VIEW) }),
  )<null>(),
  /** Answers once all were tried, at the stated pace. */
  'readings.readNow': call(z.object({ ids: z.array(rowId).max(MOST_READ) }))<ReadNow>(),
};
