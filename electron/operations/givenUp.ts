import { Failure } from '../../shared/errors';
import { givenUpOf, type GivenUp } from '../bot/givenUp';
import { NODES } from '../cluster';
import type { StatefulSet } from '../cluster/objects';
import type { Clock } from '../cluster/types';
import type { Node } from './resources';
import { codeOf, type Site } from './site';

/** A node that answers ends what Kubernetes no longer knows of, within the pod's grace of 120 s; after this it is over. ms */
const OVER_AFTER = 150_000;

/**
 * The first pod of this bot that was given up by force and may still trade; null: there is none, or all are over. One is over when its
 * node has answered for long enough since, or is no longer part of the cluster. Where that can't be read (no right to, no answer) it is
 * not known to be over.
 */
export async function stillUnseen(site: Site, workload: StatefulSet, clock: Clock): Promise<GivenUp | null> {
  for (const given of givenUpOf(workload)) if (!(await isOver(site, given, clock))) return given;
  return null;
}

async function isOver(site: Site, given: GivenUp, clock: Clock): Promise<boolean> {
  if (!given.node) return false;
  try {
    const node = await site.api.get<Node>(NODES, null, given.node);
    const ready = node.status?.conditions?.find((one) => one.type === 'Ready');
    if (ready?.status !== 'True') return false;
    const since = Math.max(given.at, Date.parse(ready.lastTransitionTime ?? '') || 0);
    return clock.now() + site.skewMs - since > OVER_AFTER;
  } catch (thrown) {
    return codeOf(thrown) === 'NOT_FOUND';
  }
}

/** Why a bot is not started beside one that may still trade. */
export function mayTradeTwice(bot: string, { node: name, at }: GivenUp, forceOffered: boolean): Failure {
  const node = name || 'a node that is not known';
  const when = at ? ` on ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC` : '';
  return new Failure({
    code: 'BUSY',
    message: `${bot} may still be trading on ${node}: it was given up by force there${when}, and nobody has seen its end. It was not started.`,
    hint: `Look at its orders on the exchange. Once the node has answered again for some minutes, or is gone from the cluster, it starts without asking.${
      forceOffered ? ' By force it starts now: that may put two bots on one account.' : ''
    }`,
  });
}
