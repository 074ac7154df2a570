import type { Agenda } from './agenda';
import type { Selection } from './list';
import type { Obj } from './objects';
import type { Query } from './query';
import { expired, forbiddenField, internal, invalidOptions, tooLarge, unsupported } from './status';
import type { Change, Store } from './store';
import type { Sink } from './stream';

/** Real servers send bookmarks about once a minute and end a watch after half an hour to an hour where nothing is asked. */
const BOOKMARK_MS = 55_000;
const LONGEST_S = 1_800;

/** An empty object of its kind, as Go's types write it: what a bookmark carries. */
const EMPTY: Record<string, object> = {
  Pod: { spec: { containers: null }, status: {} },
  StatefulSet: {
    spec: {
      replicas: 0,
      selector: null,
      template: { metadata: {}, spec: { containers: null } },
      serviceName: '',
      updateStrategy: {},
    },
    status: { replicas: 0, availableReplicas: 0 },
  },
};

/** Serves one watch into `sink` until its time is over or the client goes. @throws Refusal before the first byte */
export function serveWatch(store: Store, agenda: Agenda, selection: Selection, query: Query, sink: Sink): void {
  const { kind, namespace, match } = selection;
  checkInitialEvents(query);
  const initial = query.flag('sendInitialEvents');
  const asked = query.text('resourceVersion');
  if (asked !== '' && !/^\d+$/.test(asked))
    throw internal(
      `resourceVersion: Invalid value: ${JSON.stringify(asked)}: strconv.ParseUint: parsing ${JSON.stringify(asked)}: invalid syntax`,
    );
  if (Number(asked) > store.version()) throw tooLarge(asked, store.version());
  const seconds = query.int('timeoutSeconds') || LONGEST_S;
  const bookmarks = query.flag('allowWatchBookmarks');
  const inside = (object: Obj | null) =>
    object !== null && (namespace === null || object.metadata.namespace === namespace) && match(object);
  const say = (type: string, object: object) => sink.push(`${JSON.stringify({ type, object })}\n`);
  const said = (type: string, object: Obj) => say(type, { kind: kind.kind, apiVersion: kind.apiVersion, ...object });

  function tell(change: Change): void {
    if (change.kind !== kind) return;
    const [now, then] = [change.type !== 'DELETED' && inside(change.object), inside(change.before)];
    // What leaves the selection is deleted for this watch, under the change's version.
    const { before, version } = change;
    if (now) said(then ? 'MODIFIED' : 'ADDED', change.object);
    else if (then) said('DELETED', { ...before!, metadata: { ...before!.metadata, resourceVersion: String(version) } });
  }
  function bookmark(annotations?: object): void {
    const metadata = { resourceVersion: String(store.version()), annotations };
    say('BOOKMARK', { kind: kind.kind, apiVersion: kind.apiVersion, metadata, ...EMPTY[kind.kind] });
  }

  if (initial || asked === '' || asked === '0') {
    for (const object of store.list(kind, namespace)) if (match(object)) said('ADDED', object);
    if (initial && bookmarks) bookmark({ 'k8s.io/initial-events-end': 'true' });
  } else {
    const missed = store.since(Number(asked));
    if (missed === null) {
      say('ERROR', expired(`too old resource version: ${asked} (${store.oldest()})`));
      return sink.end();
    }
    missed.forEach(tell);
  }
  const stopListening = store.onChange(tell);
  let stopBookmark = () => {};
  const next = () => {
    stopBookmark = agenda.after(BOOKMARK_MS, () => {
      bookmark();
      next();
    });
  };
  if (bookmarks) next();
  const stopTimer = agenda.after(seconds * 1000, () => {
    if (bookmarks) bookmark();
    sink.end();
  });
  sink.onClose(() => {
    stopListening();
    stopBookmark();
    stopTimer();
  });
}

/** @throws Refusal 422, in the order of apimachinery's `ValidateListOptions` */
function checkInitialEvents(query: Query): void {
  const matching = query.text('resourceVersionMatch');
  const field = 'resourceVersionMatch';
  const causes = [
    ...(query.has('sendInitialEvents') && matching !== 'NotOlderThan'
      ? [forbiddenField(field, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')]
      : []),
    ...(matching !== '' && !query.has('sendInitialEvents')
      ? [forbiddenField(field, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided')]
      : []),
    ...(matching !== '' && matching !== 'NotOlderThan' ? [unsupported(field, matching, ['NotOlderThan'])] : []),
  ];
  if (causes.length > 0) throw invalidOptions('ListOptions', causes);
}
