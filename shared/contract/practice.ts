import { z } from 'zod';
import { practiceActSchema, type PracticeState } from '../practice';
import { call } from './define';

const contextId = z.string().min(1).max(253);

/** Both refuse for anything but a practice cluster that is on: NOT_FOUND. */
export const practiceContract = {
  'practice.state': call(z.object({ contextId }))<PracticeState>(),
  /** Gives how it is afterwards. */
  'practice.act': call(z.object({ contextId, act: practiceActSchema }))<PracticeState>(),
};
