import type { Api } from '../cluster/types';
import { prove } from './proof';
import type { WatchContext } from './scope';

/**
 * The same calls, but a watch that is opened (again) is only read once its cluster has proved to be the same: a watch goes
 * on from its last resourceVersion, and another cluster behind the same address would answer it without a word. Who has just told who it is
 * is asked once more when no row waits for it, and its watch is ended if it then proves to be another.
 */
export function guardStreams(
  context: Pick<WatchContext, 'api' | 'verify' | 'proven' | 'later' | 'onWrongCluster'>,
): Api {
  const { api, proven, later } = context;
  const stream: Api['transport']['stream'] = async (request) => {
    const opened = await api.transport.stream(request);
    // A refusal tells nothing of bots, and asking on would only add to it. A whole list is proved before it is taken in (`feed.ts`).
    if (opened.status !== 200 || request.path.includes('sendInitialEvents=true')) return opened;
    const check = () =>
      prove(context).catch((thrown: unknown) => {
        opened.cancel();
        throw thrown;
      });
    // After the opening: what answers now is what answered then.
    if (!proven()) await check();
    else later((done) => void check().then(done, done));
    return opened;
  };
  const transport = Object.assign(Object.create(api.transport) as Api['transport'], { stream });
  return Object.assign(Object.create(api) as Api, { transport });
}
