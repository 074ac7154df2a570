import type { Api, Clock, Dispose } from '../cluster/types';
import type { Feed } from './feed';

/** Refused watches, and a whole cluster that may not be seen, are asked for again this rarely: rights are gained by people. ms */
const ASK_AGAIN = 600_000;
/** Refusals come one after the other; what follows from them is asked for once. ms */
const GATHER = 2_000;
const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

export interface RightsOptions {
  api: Api;
  clock: Clock;
  /** The watches that tell of rights: of the app's own bots, by namespace, and of nodes. */
  feeds(): readonly Feed[];
  /** Only some namespaces are looked at. */
  partly(): boolean;
  /** What the sign-in may do has changed: it is worth asking all of it. */
  onChange(): void;
}

export const isRefused = (feed: Feed): boolean => feed.health.lasting && feed.health.error?.code === 'FORBIDDEN';

/**
 * Notices rights that come and go while the app looks. A refusal is lasting (endless retries get users banned): it is put again after ten
 * minutes, and by "try again".
 */
export function followRights({ api, clock, feeds, partly, onChange }: RightsOptions): {
  heard(): void;
  dispose: Dispose;
} {
  /** Of each watch what it last met; those that met nothing yet are not in it. */
  const met = new Map<Feed, boolean>();
  let cancelTell: Dispose | null = null;
  let cancelAsk = clock.after(wait(), ask);

  function wait(): number {
    return ASK_AGAIN * (0.9 + 0.2 * clock.random());
  }
  function changed(): void {
    cancelTell ??= clock.after(GATHER, () => {
      cancelTell = null;
      onChange();
    });
  }
  async function ask(): Promise<void> {
    cancelAsk = clock.after(wait(), ask);
    for (const feed of feeds()) if (isRefused(feed)) feed.kick();
    if (!partly()) return;
    const resourceAttributes = { verb: 'list', group: 'apps', resource: 'statefulsets' };
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    };
    // Out of reach is told by the watches themselves.
    const answer = await api.raw<{ status?: { allowed?: boolean } }>('POST', REVIEWS, review).catch(() => null);
    if (answer?.status?.allowed) changed();
  }

  return {
    heard() {
      for (const feed of feeds()) {
        const refused = isRefused(feed);
        if (!refused && !feed.health.synced) continue;
        const before = met.get(feed);
        met.set(feed, refused);
        if (before !== undefined && before !== refused) changed();
      }
    },
    dispose() {
      cancelTell?.();
      cancelAsk();
    },
  };
}
