import { hexOf, uuidOf } from './chance';
import { EVENT } from './kinds';
import { timeText, type Obj } from './objects';
import type { World } from './world';

/** Servers forget events after an hour. */
const LIFE = 3_600_000;

export interface Said {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  /** Who says it: `kubelet`, `statefulset-controller`, … */
  component: string;
  host?: string;
}

/** Writes an event, or counts one up that said the same of the same object. */
export function record(world: World, about: Obj, said: Said, at = world.agenda.now()): void {
  const { store, chance } = world;
  const { name, namespace = 'default', uid, resourceVersion } = about.metadata;
  const same = store
    .list(EVENT, namespace)
    .find(
      (event) =>
        (event['involvedObject'] as { uid?: string }).uid === uid &&
        event['reason'] === said.reason &&
        event['message'] === said.message,
    );
  const time = timeText(at);
  if (same) {
    store.put(EVENT, { ...same, count: Number(same['count']) + 1, lastTimestamp: time });
    return;
  }
  store.put(EVENT, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `${name}.${hexOf(chance, 16)}`,
      namespace,
      uid: uuidOf(chance),
      resourceVersion: '',
      creationTimestamp: time,
    },
    involvedObject: { kind: about.kind, namespace, name, uid, apiVersion: about.apiVersion, resourceVersion },
    reason: said.reason,
    message: said.message,
    source: { component: said.component, ...(said.host ? { host: said.host } : {}) },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
    type: said.type,
    eventTime: null,
    reportingComponent: said.component,
    reportingInstance: said.host ?? '',
  });
}

/** Removes what is older than an hour, every ten minutes. */
export function forgetOldEvents(world: World): void {
  const { agenda, store } = world;
  const limit = agenda.now() - LIFE;
  for (const event of store.list(EVENT))
    if (Date.parse(String(event['lastTimestamp'])) < limit) store.remove(EVENT, event);
  agenda.after(600_000, () => forgetOldEvents(world));
}
