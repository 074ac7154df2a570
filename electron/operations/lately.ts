import type { BotEvent, BotEvents } from '../../shared/bots';
import type { BotRef } from '../../shared/rows';
import { eventWords } from '../bot/eventWords';
import { lastRestartOf } from '../bot/lastEnd';
import { recognise } from '../bot/recognise';
import { EVENTS } from '../cluster';
import type { Event, Pod, StatefulSet } from '../cluster/objects';
import { siteOf, type Context } from './context';
import { byTime, lastSeen, timesSeen } from './events';
import { podOfBot } from './pods';
import { orNull, workloadOf, type Site } from './site';
import { short } from './text';

const MOST = 100;

/** What the cluster tells of a bot now. @throws Failure NOT_FOUND, WRONG_CLUSTER, … */
export async function botEvents(context: Context, bot: BotRef): Promise<BotEvents> {
  const site = siteOf(context, bot.clusterId, bot.namespace);
  await site.verify();
  const workload = await workloadOf(site, bot);
  return latelyOf(site, workload, await podOfBot(site, workload));
}

/** Name of the claim a workload's pods mount, '' without one. */
export const claimNameOf = ({ spec }: StatefulSet): string =>
  spec.template.spec.volumes?.find((one) => one.persistentVolumeClaim)?.persistentVolumeClaim?.claimName ?? '';

/** Events of the workload, its claim and its pods, earlier ones of the same name included: they tell why there is a new one. */
export async function latelyOf(site: Site, workload: StatefulSet, pod: Pod | null): Promise<BotEvents> {
  const { namespace = '', name, uid, creationTimestamp } = workload.metadata;
  const about = (kind: string, which: string) =>
    orNull(
      site.api.list<Event>(EVENTS, namespace, {
        fieldSelector: `involvedObject.kind=${kind},involvedObject.name=${which}`,
      }),
      'FORBIDDEN',
    );
  const claim = claimNameOf(workload);
  const lists = await Promise.all([
    about('StatefulSet', name),
    about('Pod', pod?.metadata.name ?? `${name}-0`),
    ...(claim ? [about('PersistentVolumeClaim', claim)] : []),
  ]);
  const refused = lists.some((list) => list === null);
  const made = Date.parse(creationTimestamp) || 0;
  // A bot that bore the name before is another one.
  const events = lists
    .flatMap((list) => list?.items ?? [])
    .filter((event) => event.involvedObject.uid === uid || lastSeen(event) >= made);
  return {
    events: byTime(events).slice(0, MOST).map(eventOf),
    lastEnd: lastRestartOf(pod, recognise(workload)?.container ?? '', events),
    refused: refused ? `Your sign-in may not see events (list events in ${namespace}).` : '',
  };
}

const eventOf = (event: Event): BotEvent => ({
  at: lastSeen(event),
  type: short(event.type ?? '', 20),
  words: eventWords(event),
  reason: short(event.reason ?? '', 80),
  message: short(event.message ?? '', 600),
  count: timesSeen(event),
  object: short(`${event.involvedObject.kind ?? ''}/${event.involvedObject.name ?? ''}`, 120),
});
