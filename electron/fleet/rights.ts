import type { Api, Clock, Dispose } from '../cluster/types';
import type { Feed } from './feed';
import type { Spare } from './spare';

/** Refused watches, and a whole cluster that may not be seen, are asked for again this rarely: rights are gained by people. ms */
const ASK_AGAIN = 600_000;
/** Refusals come one after the other; what follows from them is asked for once. ms */
const GATHER = 2_000;
const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

export interface RightsOptions {
  api: Api;
  clock: Clock;
  /** Whether the context's connection lives: where it is refused itself nothing more is asked until the trader tries again. */
  live(): boolean;
  spare: Spare;
  /** The watches that tell of rights: of the app's own bots, by namespace. */
  feeds(): readonly Feed[];
  /** Where nobody looks for want of rights, and it was wished to: namespaces by name, null for the whole cluster. */
  elsewhere(): readonly (string | null)[];
  /** What the sign-in may do has changed: it is worth asking all of it. */
  onChange(): void;
}

export const isRefused = (feed: Feed): boolean => feed.health.lasting && feed.health.error?.code === 'FORBIDDEN';

/**
 * Notices rights that come and go while the app looks. A refusal is lasting (endless retries get users banned): it is put again after ten
 * minutes, and by "try again".
 */
export function followRights({ api, clock, live, spare, feeds, elsewhere, onChange }: RightsOptions): {
  heard(): void;
  dispose: Dispose;
} {
  /** Of each watch what it last met; those that met nothing yet are not in it. */
  const met = new Map<Feed, boolean>();
  let cancelTell: Dispose | null = null;
  let disposed = false;
  let cancelAsk = clock.after(wait(), round);

  function wait(): number {
    return ASK_AGAIN * (0.9 + 0.2 * clock.random());
  }
  function changed(): void {
    cancelTell ??= clock.after(GATHER, () => {
      cancelTell = null;
      onChange();
    });
  }
  async function sees(namespace: string | null): Promise<boolean> {
    const answers = await Promise.all(
      [
        { group: 'apps', resource: 'statefulsets' },
        { group: '', resource: 'pods' },
      ].map((what) => {
        const resourceAttributes = { namespace: namespace ?? undefined, verb: 'list', ...what };
        const review = {
          ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' },
          spec: { resourceAttributes },
        };
        // Out of reach is told by the watches themselves.
        return api.raw<{ status?: { allowed?: boolean } }>('POST', REVIEWS, review).catch(() => null);
      }),
    );
    return answers.every((answer) => answer?.status?.allowed === true);
  }
  /** One after the other: turns may take longer than the wait between rounds. */
  async function round(): Promise<void> {
    if (live()) await ask();
    if (!disposed) cancelAsk = clock.after(wait(), round);
  }
  async function ask(): Promise<void> {
    for (const feed of feeds()) {
      if (!isRefused(feed)) continue;
      await spare.turn('rights');
      if (disposed || !live()) return;
      if (isRefused(feed)) feed.kick();
    }
    for (const namespace of elsewhere()) {
      await spare.turn('rights');
      if (disposed || !live()) return;
      spare.spend();
      if (await sees(namespace)) return changed();
    }
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
      disposed = true;
      cancelTell?.();
      cancelAsk();
    },
  };
}
