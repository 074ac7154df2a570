import type { Failure } from '../../shared/errors';
import type { TransportRequest } from '../../electron/cluster/transport';
import { EVENT, NAMESPACE, POD, type Kind } from '../../electron/practice/kinds';
import type { Obj } from '../../electron/practice/objects';
import type { Entry, Example } from './recording.mjs';
import { onPurpose } from './rules';
import { fill, placeOf, stage, type Filled, type Stage } from './stage';

/** How one recorded answer compares. */
export interface Compared {
  request: string;
  status: number;
  result: 'alike' | 'on purpose' | 'differs';
  /** What differs, or why it may. */
  note?: string;
  /** Fields that only real servers give, by the reason for which they may. */
  leftOut?: Record<string, string[]>;
}
/** What the practice cluster said. */
interface Answered {
  status: number;
  /** The kind of a good answer, the reason of a refusal; as the recorder has it. */
  word?: string;
  /** Objects that came. */
  objects: { kind: string; object: object }[];
  text: string;
}

/** Asks the practice cluster, in a state in which the recorded answer is possible, and compares; `calm`: one at which nothing happens. */
export async function replay(
  entry: Entry,
  status: number,
  hear: (kind: string, object: object) => void,
  calm: Stage,
): Promise<Compared> {
  const { request } = entry;
  const reason = onPurpose(request, status);
  if (reason) return { request, status, result: 'on purpose', note: reason };
  // What changes nothing needs no cluster of its own.
  const quiet = status === 200 && /^GET /.test(request) && !/[?&](watch|follow|previous)=/.test(request);
  const at = quiet ? calm : await stage();
  try {
    const examples = status === 200 ? chosen(entry, status).flatMap(inBothWays) : chosen(entry, status);
    for (const example of examples) {
      const answer = await provoke(at, example, status);
      if (typeof answer === 'string') return { request, status, result: 'differs', note: answer };
      for (const { kind, object } of answer.objects) hear(kind, object);
      const note = differenceOf(entry, status, answer);
      if (note) return { request, status, result: 'differs', note };
    }
    return { request, status, result: 'alike' };
  } finally {
    if (at !== calm) at.cluster.dispose();
  }
}

/** What lies in the request itself needs its own example; what was asked well is asked in every form. */
function chosen({ examples }: Entry, status: number): Example[] {
  const own = examples.filter((one) => one.status === status);
  if (status === 400 || status === 422) return own.length > 0 ? own : examples.slice(0, 1);
  const good = examples.filter((one) => one.status < 300);
  if (status >= 300) return good.length > 0 ? good.slice(0, 1) : examples.slice(0, 1);
  return good.length > 0 ? good : examples;
}

/** A list is asked for in pages and whole, a watch from a version and with all there is: what was recorded is chance (`shapes.cjs`). */
function inBothWays(example: Example): Example[] {
  const { kind, named } = placeOf(example);
  const [address = '', query = ''] = example.path.split('?');
  if (example.method !== 'GET' || !kind || named || /(^|&)continue=/.test(query)) return [example];
  const watch = /(^|&)watch=/.test(query);
  const [first, second] = watch
    ? ['resourceVersion={resourceVersion}', 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan']
    : [/limit=\d+/.exec(query)?.[0] ?? 'limit=500', ''];
  const others = query
    .split('&')
    .filter((part) => !/^(limit|resourceVersion|resourceVersionMatch|sendInitialEvents)=|^$/.test(part));
  const path = (more: string) => [address, [...others, more].filter(Boolean).join('&')].filter(Boolean).join('?');
  return [first, second].map((more) => ({ ...example, path: path(more) }));
}

function differenceOf(entry: Entry, status: number, answer: Answered): string | null {
  if (answer.status !== status) return `answers ${answer.status} ${answer.word ?? ''} ${answer.text.slice(0, 300)}`;
  const said = entry.answers[status] ?? [];
  if (/\/log\?/.test(entry.request) && answer.text.trim() === '') return 'says nothing';
  if (said.length > 0 && !said.includes(answer.word ?? '')) return `says ${answer.word}, not ${said.join(' or ')}`;
  return null;
}

async function provoke(at: Stage, example: Example, status: number): Promise<Answered | string> {
  const { kind, named, below } = placeOf(example);
  const time = new Date(at.clock.now() - 3_600_000).toISOString();
  const faults = at.cluster.faults;
  if (!kind) {
    if (status === 401) faults.signedOut(true);
    if (status === 403) faults.takeRights({ verbs: ['*'], resources: ['*'] });
    return ask(at, fill(example, { namespace: 'trading', time }));
  }
  const makes = example.method === 'POST' || example.type?.startsWith('application/apply-patch');
  if (makes) return make(at, example, status, kind);
  const target = status === 404 ? null : await targetOf(at, example, kind, status);
  if (named && !target && status !== 404) return `there is no ${kind.kind} to ask for`;
  const subject = kind === EVENT ? (await at.objects(POD))[0] : target;
  const stale = status === 409 || status === 410;
  const filled = fill(example, {
    namespace: target?.metadata.namespace ?? (status === 404 && !named ? 'nowhere' : 'trading'),
    name: status === 404 ? 'nowhere' : target?.metadata.name,
    uid: stale ? undefined : subject?.metadata.uid,
    resourceVersion: stale ? '1' : await versionFor(at, example, target),
    token: example.path.includes('{continue}') ? await tokenOf(at, kind) : undefined,
    time,
  });
  if (status === 401) faults.signedOut(true);
  if (status === 410) faults.forgetHistory();
  if (status === 403) faults.takeRights({ verbs: ['*'], resources: [below ? `${kind.plural}/${below}` : kind.plural] });
  return ask(at, filled);
}

/** Creates and applies go to a namespace of their own, so that nothing is there before. */
async function make(at: Stage, example: Example, status: number, kind: Kind): Promise<Answered> {
  const namespace = status === 404 ? 'nowhere' : 'replay';
  if (status !== 404) await at.make('replay');
  const time = new Date(at.clock.now()).toISOString();
  const filled = fill(example, { namespace, time });
  const real = filled.path.replace(/([?&])dryRun=All&?/, '$1');
  // The object is there already: made by the same hand for another apply of it, in the same way for a name that is taken.
  if (status === 409 || status === 200) {
    const body = JSON.parse(filled.body ?? '{}') as { metadata?: { resourceVersion?: string } };
    delete body.metadata?.resourceVersion;
    await ask(at, { ...filled, path: real, body: JSON.stringify(body) });
    if (status === 200) filled.body = JSON.stringify(body);
  }
  if (status === 403) at.cluster.faults.takeRights({ verbs: ['*'], resources: [kind.plural] });
  return ask(at, filled);
}

/** The object an example is asked of: one in the state that its answer tells of. */
async function targetOf(at: Stage, example: Example, kind: Kind, status: number): Promise<Obj | null> {
  const objects = await at.objects(kind);
  const of = (name: string) => objects.find(({ metadata }) => metadata.name.startsWith(name)) ?? null;
  if (kind === NAMESPACE) return of('trading');
  if (kind === POD && status === 200 && /[?&]previous=true/.test(example.path)) {
    at.cluster.faults.kill('trading/btc-usdt-calm');
    await at.clock.advance(60_000);
  }
  if (kind === POD && status === 400) return of('bnb-usdt-typo');
  return of('btc-usdt-calm') ?? objects[0] ?? null;
}

async function versionFor(at: Stage, example: Example, target: Obj | null): Promise<string> {
  if (example.method !== 'GET') return target?.metadata.resourceVersion ?? '1';
  const answer = await at.far.request({ method: 'GET', path: '/api/v1/nodes' });
  return (JSON.parse(answer.body) as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
}

async function tokenOf(at: Stage, kind: Kind): Promise<string> {
  const base = kind.apiVersion === 'v1' ? '/api/v1' : `/apis/${kind.apiVersion}`;
  const answer = await at.far.request({ method: 'GET', path: `${base}/${kind.plural}?limit=1` });
  return (JSON.parse(answer.body) as { metadata: { continue?: string } }).metadata.continue ?? '';
}

async function ask(at: Stage, request: Filled): Promise<Answered> {
  if (/\/(exec|attach)\?/.test(request.path)) return open(at, request.path);
  if (/[?&](watch|follow)=/.test(request.path)) return listen(at, request);
  const { status, body } = await at.far.request(request);
  return { status, text: body, ...contentOf(status, body) };
}

/** The kind of an answer, and the objects in it. */
function contentOf(status: number, body: string): Pick<Answered, 'word' | 'objects'> {
  let value: { kind?: string; reason?: string; items?: object[] } & Record<string, unknown>;
  try {
    value = JSON.parse(body) as typeof value;
  } catch {
    return { objects: [] };
  }
  if (status >= 300) return { word: value.reason, objects: [] };
  const kind = value.kind ?? 'version';
  if (!value.items) return { word: kind, objects: [{ kind, object: value }] };
  const { items, ...list } = value;
  const inner = items.map((object) => ({ kind: kind.replace(/List$/, ''), object }));
  return { word: kind, objects: [{ kind, object: list }, ...inner] };
}

/** A stream: what comes of it while something happens. */
async function listen(at: Stage, request: TransportRequest): Promise<Answered> {
  const stream = await at.far.stream(request);
  let text = '';
  const reading = (async () => {
    for await (const bytes of stream.body) text += Buffer.from(bytes).toString('utf8');
  })();
  at.cluster.faults.kill('trading/btc-usdt-calm');
  const node = at.cluster.faults.nodes()[0]!;
  at.cluster.faults.nodeLost(node, true);
  await at.clock.advance(5_000);
  at.cluster.faults.nodeLost(node, false);
  await at.clock.advance(60_000);
  stream.cancel();
  await reading;
  if (stream.status !== 200) return { status: stream.status, text, ...contentOf(stream.status, text) };
  if (!/[?&]watch=/.test(request.path)) return { status: 200, text, objects: [] };
  const events = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { type: string; object: { kind: string } });
  const kinds = [...new Set(events.map(({ object }) => `events of ${object.kind}`))];
  return {
    status: 200,
    word: kinds.length === 1 ? kinds[0] : kinds.join(),
    text,
    objects: events.map(({ type, object }) => ({
      kind: type === 'BOOKMARK' ? `${object.kind} bookmark` : object.kind,
      object,
    })),
  };
}

/** The opening of a program; one that ends by itself must have been understood. */
async function open(at: Stage, path: string): Promise<Answered> {
  try {
    const channel = await at.far.channel({ path });
    let ending = '';
    channel.onData((number, data) => {
      if (number === 3) ending += Buffer.from(data).toString('utf8');
    });
    await at.clock.advance(20_000);
    channel.close();
    const unknown = /not found|exit code 12[67]/.test(ending);
    return { status: unknown ? 0 : 101, text: ending, objects: [] };
  } catch (thrown) {
    const { error } = thrown as Failure;
    return { status: error.status ?? 0, text: error.message, objects: [] };
  }
}
