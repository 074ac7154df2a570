import { authenticate, authorize, refused, routeOf, type Answer, type Request } from './http';
import { follow } from './follow';
import { stampOf, type Line } from './bot/journal';
import { placeOf, reach, type Place } from './nodeLine';
import { readQuery, type Query } from './query';
import { runOf, type Run } from './runtime';
import { badRequest, forbiddenField, invalid, noMethod, Refusal, wrong, type Cause } from './status';
import type { Sink } from './stream';
import type { World } from './world';

export const LOG_PARAMETERS = [
  'container',
  'follow',
  'previous',
  'tailLines',
  'sinceTime',
  'sinceSeconds',
  'timestamps',
  'limitBytes',
];
const OPTIONS = { plural: '', kind: 'PodLogOptions', group: '' };

/** A container's log into `sink`; a refusal comes back as an answer. */
export function answerLog(world: World, request: Request, sink: Sink): Answer | null {
  try {
    authenticate(world);
    const route = routeOf(request.path);
    if (request.method !== 'GET') throw noMethod();
    authorize(world, route, 'get');
    const query = readQuery(route.query, LOG_PARAMETERS);
    const name = route.name!;
    const asked = optionsOf(query, name);
    const place = placeOf(world, route.namespace!, name, query.text('container'));
    reach(world, place, 'containerLogs');
    const run = chosen(place, query.flag('previous'));
    serve(world, place, run, asked, query.flag('follow'), sink);
    return null;
  } catch (thrown) {
    if (thrown instanceof Refusal) return refused(thrown);
    throw thrown;
  }
}

interface Asked {
  since: number | null;
  tail: number | undefined;
  limit: number | undefined;
  stamps: boolean;
}
function optionsOf(query: Query, name: string): Asked {
  const causes: Cause[] = [];
  const tail = query.int('tailLines');
  const limit = query.int('limitBytes');
  const seconds = query.int('sinceSeconds');
  const time = query.text('sinceTime');
  if (tail !== undefined && tail < 0) causes.push(wrong('tailLines', tail, 'must be greater than or equal to 0'));
  if (limit !== undefined && limit < 1) causes.push(wrong('limitBytes', limit, 'must be greater than 0'));
  if (seconds !== undefined && seconds < 1) causes.push(wrong('sinceSeconds', seconds, 'must be greater than 0'));
  if (time && seconds !== undefined)
    causes.push(forbiddenField('[]', 'at most one of `sinceTime` or `sinceSeconds` may be specified'));
  if (causes.length > 0) throw invalid(OPTIONS, name, causes);
  const at = Date.parse(time);
  if (time && Number.isNaN(at))
    throw badRequest(
      `parsing time ${JSON.stringify(time)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(time)} as "2006"`,
    );
  // Whole seconds on their way to the node.
  const since = time ? Math.floor(at / 1000) * 1000 : seconds !== undefined ? -seconds * 1000 : null;
  return { since, tail, limit, stamps: query.flag('timestamps') };
}

const WAITING: Record<string, string> = {
  ErrImagePull: 'trying and failing to pull image',
  ImagePullBackOff: "image can't be pulled",
};
/** The run whose log is asked for (pkg/kubelet `validateContainerLogStatus`). @throws Refusal 400 */
function chosen({ object, spec, pod, container }: Place, previous: boolean): Run {
  const [name, podName] = [spec.name, object.metadata.name];
  if (!(object.spec as { nodeName?: string }).nodeName)
    throw badRequest(`pod ${podName} does not have a host assigned`);
  const runs = container?.runs ?? [];
  const state = container?.state ?? {};
  if (previous) {
    const found = state.waiting ? runOf(container) : runs[runs.length - 2];
    if (!container?.last.terminated || !found)
      throw badRequest(`previous terminated container "${name}" in pod "${podName}" not found`);
    return found;
  }
  const run = runOf(container);
  if (!pod || !run || (state.waiting && !container?.last.terminated)) {
    const reason = state.waiting?.reason ?? 'ContainerCreating';
    throw badRequest(`container "${name}" in pod "${podName}" is waiting to start: ${WAITING[reason] ?? reason}`);
  }
  return run;
}

function serve(world: World, { pod }: Place, run: Run, asked: Asked, follows: boolean, sink: Sink): void {
  const now = world.agenda.now();
  run.program?.catchUp(now);
  const since = asked.since === null ? -Infinity : asked.since < 0 ? now + asked.since : asked.since;
  let left = asked.limit ?? Infinity;
  const push = (line: Line) => {
    if (left <= 0 || line.at < since) return;
    const bytes = Buffer.from(`${asked.stamps ? `${stampOf(line)} ` : ''}${line.text}\n`, 'utf8').subarray(0, left);
    left -= bytes.length;
    sink.push(bytes);
  };
  const kept = run.journal.lines().filter((line) => line.at >= since);
  for (const line of asked.tail === undefined ? kept : asked.tail === 0 ? [] : kept.slice(-asked.tail)) push(line);
  if (!follows || !run.program) return sink.end();
  const lost = () => pod !== undefined && world.faults.lostNodes.has(pod.node);
  const stopLines = run.journal.onLine((line) => lost() || push(line));
  const stopLooking = follow(world, () => {
    if (lost()) return;
    run.program?.catchUp(world.agenda.now());
    if (!run.program) sink.end();
  });
  sink.onClose(() => {
    stopLines();
    stopLooking();
  });
}
