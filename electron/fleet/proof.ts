import { toAppError } from '../../shared/errors';
import type { WatchContext } from './scope';

/** An answer that is only taken in once its cluster has proved to be the same, as for a watch's list. Throws `Failure`. */
export async function proved<T>(context: WatchContext, asked: Promise<T>): Promise<T> {
  const answer = await asked;
  if (context.proven()) return answer;
  try {
    await context.verify();
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code === 'WRONG_CLUSTER') context.onWrongCluster(error);
    throw thrown;
  }
  return answer;
}
