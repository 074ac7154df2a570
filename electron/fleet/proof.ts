import { toAppError } from '../../shared/errors';
import type { WatchContext } from './scope';

/** Throws `Failure` unless the far end is still the same cluster; that it is another is told as well. */
export async function prove({
  verify,
  onWrongCluster,
}: Pick<WatchContext, 'verify' | 'onWrongCluster'>): Promise<void> {
  try {
    await verify();
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code === 'WRONG_CLUSTER') onWrongCluster(error);
    throw thrown;
  }
}

/** An answer that is only taken in once its cluster has proved to be the same, as for a watch's list. Throws `Failure`. */
export async function proved<T>(context: WatchContext, asked: Promise<T>): Promise<T> {
  const answer = await asked;
  if (!context.proven()) await prove(context);
  return answer;
}
