import { Failure } from '../../../shared/errors';
import type { Channel, ChannelRequest } from '../../cluster/transport';
import { fileView, HOME } from '../files';
import { authenticate, authorize, routeOf } from '../http';
import { isUp, placeOf, reach, type Place } from '../nodeLine';
import { readQuery, type Query } from '../query';
import { runOf } from '../runtime';
import { badRequest, failure, success, type StatusBody } from '../status';
import { afterPaced, type World } from '../world';
import { attachTo } from './attach';
import type { Context } from './base';
import { createFarChannel, type FarChannel } from './channel';
import { diskOf } from './disk';
import { isStatusCommand, openOrdersAnswer, statusAnswer } from './readings';
import { isShell, runScript } from './script';
import { tradingAnswer } from './trading';
import { startShell } from './shell';

export interface Opened {
  channel: Channel;
  cut(error: Error): void;
  onEnd(run: () => void): void;
}
export const EXEC_PARAMETERS = ['container', 'command', 'stdin', 'stdout', 'stderr', 'tty'];
const MARK = 'HUMMINGDECK_SESSION';

/** Exec and attach, as far as the upgrade: what the node says comes over the channel. @throws Refusal */
export function openProgram(
  world: World,
  { path, signal }: ChannelRequest,
  counters: { openStreams: number; bytesIn: number },
): Opened {
  authenticate(world);
  const route = routeOf(path);
  const { subresource } = route;
  if (subresource !== 'exec' && subresource !== 'attach')
    throw badRequest('the server responded with the status code 200 instead of an upgrade');
  // A WebSocket begins as a GET; servers from 1.35 ask for create as well.
  authorize(world, route, 'get');
  const query = readQuery(
    route.query,
    subresource === 'exec' ? EXEC_PARAMETERS : EXEC_PARAMETERS.filter((name) => name !== 'command'),
  );
  const place = placeOf(world, route.namespace!, route.name!, query.text('container'));
  if (!(place.object.spec as { nodeName?: string }).nodeName)
    throw badRequest(`pod ${route.name} does not have a host assigned`);
  reach(world, place, subresource);
  const far = createFarChannel(counters);
  const abort = () => far.cut(new Failure({ code: 'CANCELLED', message: 'Cancelled.' }));
  signal?.addEventListener('abort', abort, { once: true });
  far.onEnd(() => signal?.removeEventListener('abort', abort));
  if (!query.flag('stdin') && !query.flag('stdout') && !query.flag('stderr'))
    tellEnd(far, broken('unable to upgrade connection: you must specify at least 1 of stdin, stdout, stderr'));
  else if (!isUp(place))
    tellEnd(far, broken(`unable to upgrade connection: container not found ("${place.spec.name}")`));
  else if (subresource === 'attach') attachTo(world, place, query, far, tellEnd);
  else exec(world, place, query, far);
  return far;
}

function broken(words: string): StatusBody {
  return failure(500, 'InternalError', `Internal error occurred: ${words}`, { causes: [{ message: words }] });
}
/** How it ended, and the end of the channel. */
function tellEnd(far: FarChannel, status: StatusBody): void {
  far.push(3, JSON.stringify(status));
  far.end();
}
const exitStatus = (code: number): StatusBody =>
  code === 0
    ? (({ details: _, ...rest }) => rest)(success({}))
    : failure(
        500,
        'NonZeroExitCode',
        `command terminated with non-zero exit code: error executing command in container: command terminated with exit code ${code}`,
        {
          causes: [{ reason: 'ExitCode', message: String(code) }],
        },
      );

function exec(world: World, place: Place, query: Query, far: FarChannel): void {
  const argv = query.all('command');
  const run = runOf(place.container)!;
  const { pod } = place;
  const files = fileView(world, pod!, place.spec, pod!.volumes);
  const context: Context = {
    world,
    namespace: pod!.namespace,
    pod: pod!.name,
    container: place.spec,
    files,
    program: run.program,
    cwd: (place.spec as { workingDir?: string }).workingDir ?? HOME,
    env: {},
  };
  run.program?.catchUp(world.agenda.now());
  const script = argv.at(-1) ?? '';
  if (isStatusCommand(argv)) return answerStatus(world, place, far);
  const orders = openOrdersAnswer(argv, files);
  if (orders !== null) return answer(world, far, 150, orders, '', 0);
  const trading = tradingAnswer(argv, files, world.agenda.now, () => diskOf(world, pod!));
  if (trading !== null) return answerInput(world, far, trading);
  if (isHangUp(argv)) {
    const mark = new RegExp(`${MARK}=([A-Za-z0-9-]+)`).exec(script)?.[1];
    for (const shell of [...run.shells]) if (shell.mark === mark) shell.hangUp();
    return answer(world, far, 50, '', '', 0);
  }
  if (query.flag('stdin') && isInteractive(argv)) return interactive(world, place, query, far, context, script);
  const result = runScript(context, argv);
  if (result === null) {
    const words =
      argv.length === 0
        ? 'args must not be empty: unknown'
        : `unable to start container process: exec: "${argv[0]}": executable file not found in $PATH: unknown`;
    return tellEnd(
      far,
      broken(
        `Internal error occurred: error executing command in container: failed to exec in container: OCI runtime exec failed: exec failed: ${words}`,
      ),
    );
  }
  answer(world, far, 30 + result.sleeps * 1000, result.out, result.err, result.code, query.flag('tty'));
}

function answer(world: World, far: FarChannel, ms: number, out: string, err: string, code: number, tty = false): void {
  const stop = world.agenda.after(ms, () => {
    const text = (one: string) => (tty ? one.replace(/\n/g, '\r\n') : one);
    if (out) far.push(1, text(out));
    if (err) far.push(tty ? 1 : 2, text(err));
    tellEnd(far, exitStatus(code));
  });
  far.onEnd(stop);
}

/** A program that comes over standard input: answered once it is whole. */
function answerInput(world: World, far: FarChannel, told: (input: string) => string | null): void {
  const decoder = new TextDecoder();
  let input = '';
  far.onFrame((channel, data) => {
    if (channel !== 0) return;
    input += decoder.decode(data, { stream: true });
    const out = told(input);
    if (out !== null) answer(world, far, 250, out, '', 0);
  });
}

/** The app's question for a status: the engine is told to write one (USR1), which takes it a moment. */
function answerStatus(world: World, { container }: Place, far: FarChannel): void {
  const program = runOf(container)?.program;
  if (!program?.reading) return answer(world, far, 50, statusAnswer({ kind: 'not-engine' }), '', 0);
  const first = program.reading(world.agenda.now());
  if (first.kind === 'starting') return answer(world, far, 50, statusAnswer(first), '', 0);
  const stop = afterPaced(world, 300, () => {
    const reading = runOf(container)?.program?.reading?.(world.agenda.now());
    far.push(1, statusAnswer(reading ?? { kind: 'no-answer' }));
    tellEnd(far, exitStatus(0));
  });
  far.onEnd(stop);
}

/** The app's own start of a shell, or a bare one. */
function isInteractive(argv: string[]): boolean {
  if (!isShell(argv[0] ?? '')) return false;
  const script = argv.at(-1) ?? '';
  return argv.length === 1 || /^-[il]+$/.test(script) || (argv[1] === '-c' && /exec bash; fi; exec sh$/.test(script));
}
const isHangUp = (argv: string[]): boolean =>
  argv.length === 3 && argv[2]!.includes(`${MARK}=`) && argv[2]!.includes('kill -HUP');

function interactive(
  world: World,
  { container }: Place,
  query: Query,
  far: FarChannel,
  context: Context,
  script: string,
): void {
  const run = runOf(container)!;
  const tty = query.flag('tty');
  for (const [, name, value] of script.matchAll(/\b(TERM|HISTFILE|HUMMINGDECK_SESSION)=([A-Za-z0-9-]*)/g))
    context.env[name!] = value!;
  const end = (code: number) => tellEnd(far, exitStatus(code));
  const shells = { mark: context.env[MARK] ?? '', hangUp: () => end(129) };
  run.shells.add(shells);
  far.onEnd(() => {
    // A container runtime does not end a shell whose line is gone: it stays until it is hung up on.
    if (!shells.mark) run.shells.delete(shells);
  });
  const decoder = new TextDecoder();
  if (!tty) {
    // Without a terminal a shell reads its script from its input.
    let text = '';
    far.onFrame((channel, data) => {
      if (channel === 0) text += decoder.decode(data, { stream: true });
      if (channel !== 255 || data[0] !== 0) return;
      const result = runScript(context, ['sh', '-c', text])!;
      answer(world, far, result.sleeps * 1000, result.out, result.err, result.code);
    });
    return;
  }
  const shell = startShell(context, {
    write: (text) => far.push(1, text),
    after: (ms, todo) => world.agenda.after(ms, todo),
    end,
  });
  far.onFrame((channel, data) => {
    if (channel === 0) shell.type(decoder.decode(data, { stream: true }));
    else if (channel === 4) resized(data, shell.resize);
  });
}

export function resized(data: Uint8Array, resize: (cols: number, rows: number) => void): void {
  try {
    const { Width, Height } = JSON.parse(new TextDecoder().decode(data)) as { Width?: number; Height?: number };
    if (Number(Width) > 0 && Number(Height) > 0) resize(Number(Width), Number(Height));
  } catch {
    // As the node: a size it can't read changes nothing.
  }
}
