import type { ContainerState, Pod, PodSpec } from '../cluster/objects';
import { createJournal } from './bot/journal';
import { containerIdOf, freshRecord, imageIdOf } from './containers';
import { fileView } from './files';
import { isImageName, pullTrouble } from './images';
import { later, objectOf, say, tell } from './podTalk';
import { CONFIG_MAP, NODE, POD, SECRET } from './kinds';
import { fillConf, launch } from './launch';
import { timeText, type Obj } from './objects';
import { botOf, runOf, type Container, type PodOnNode } from './runtime';
import { hostIpOf, ipOf } from './seed';
import { whenAsked } from './whenAsked';
import type { World } from './world';

/** Back-off of crashing containers and failing pulls (pkg/kubelet), ms. */
const FIRST_BACKOFF = 10_000;
const LONGEST_BACKOFF = 300_000;
const HEALTHY = 600_000;

const containersOf = (spec: PodSpec): Container[] => {
  const reason = spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating';
  const inits = (spec.initContainers ?? []).map((one) => freshRecord(one, true, 'PodInitializing'));
  const mains = spec.containers.map((one) => freshRecord(one, false, reason));
  return [...inits, ...mains].map((one) => ({ ...one, runs: [], crashes: 0 }));
};

/** Takes a pod that was given to its node, and starts it. */
export function adopt(world: World, object: Obj): void {
  const spec = object.spec as PodSpec;
  const { uid, name, namespace = '' } = object.metadata;
  const pod: PodOnNode = {
    uid,
    namespace,
    name,
    node: spec.nodeName!,
    spec,
    containers: containersOf(spec),
    volumes: new Map(),
    startTime: timeText(world.agenda.now()),
    podIP: '',
    hostIP: hostIpOf(world.store.get(NODE, undefined, spec.nodeName!)!),
    timers: new Set(),
    ending: false,
    over: false,
  };
  world.pods.set(uid, pod);
  tell(world, pod);
  const { activeDeadlineSeconds } = pod.spec;
  if (activeDeadlineSeconds) {
    const cancel = world.agenda.after(activeDeadlineSeconds * 1000, () => deadline(world, pod));
    pod.timers.add(cancel);
  }
  later(world, pod, 500, () => mount(world, pod));
}

/** Takes over a pod that has been running for long: nothing of its start is played. */
export function adoptRunning(world: World, object: Pod, startedAt: number): PodOnNode {
  const spec = object.spec;
  const { uid, name, namespace = '' } = object.metadata;
  const status = object.status as Pod['status'] & { podIP?: string; hostIP?: string };
  const told = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const containers = containersOf(spec).map((one, index) => {
    const { state, containerID = '', imageID = '' } = told[index]!;
    return { ...one, state: state!, containerID, imageID };
  });
  const pod: PodOnNode = {
    uid,
    namespace,
    name,
    node: spec.nodeName!,
    spec,
    containers,
    volumes: new Map(),
    startTime: status.startTime ?? '',
    podIP: status.podIP ?? '',
    hostIP: status.hostIP ?? '',
    timers: new Set(),
    ending: false,
    over: false,
  };
  world.pods.set(uid, pod);
  for (const one of containers) startProgram(world, pod, one, startedAt, true);
  return pod;
}

function deadline(world: World, pod: PodOnNode): void {
  if (pod.over || pod.ending) return;
  pod.failed = { reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' };
  killAll(world, pod);
  finish(world, pod, false);
}

/** ConfigMaps and Secrets have to be there. */
function mount(world: World, pod: PodOnNode): void {
  if (pod.ending) return;
  for (const volume of pod.spec.volumes ?? []) {
    const name = volume.configMap?.name ?? volume.secret?.secretName;
    if (name === undefined || world.store.get(volume.configMap ? CONFIG_MAP : SECRET, pod.namespace, name)) continue;
    const what = volume.configMap ? 'configmap' : 'secret';
    say(
      world,
      pod,
      'Warning',
      'FailedMount',
      `MountVolume.SetUp failed for volume "${volume.name}" : ${what} "${name}" not found`,
    );
    return later(world, pod, 2_000, () => mount(world, pod));
  }
  pod.podIP = ipOf(world);
  tell(world, pod);
  later(world, pod, 500, () => next(world, pod));
}

/** Init containers one after the other, then all others. */
function next(world: World, pod: PodOnNode): void {
  if (pod.ending || pod.over) return;
  const init = pod.containers.find((one) => one.init && one.state.terminated?.exitCode !== 0);
  if (init) {
    if (!init.state.running) pull(world, pod, init, 0);
    return;
  }
  for (const one of pod.containers)
    if (!one.init && !one.state.running && one.runs.length === 0) pull(world, pod, one, 0);
}

function pull(world: World, pod: PodOnNode, container: Container, tries: number): void {
  if (pod.ending || pod.over) return;
  const image = container.spec.image ?? '';
  const wait = (reason: string, message?: string) => {
    container.state = { waiting: { reason, ...(message ? { message } : {}) } };
    tell(world, pod);
  };
  if (!isImageName(image)) {
    const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`;
    say(world, pod, 'Warning', 'InspectFailed', message);
    say(world, pod, 'Warning', 'Failed', 'Error: InvalidImageName');
    return wait('InvalidImageName', message);
  }
  const trouble = pullTrouble(world, image, botOf(pod));
  if (trouble === null) {
    say(world, pod, 'Normal', 'Pulled', `Container image "${image}" already present on machine`);
    return later(world, pod, 300, () => startContainer(world, pod, container));
  }
  say(world, pod, 'Normal', 'Pulling', `Pulling image "${image}"`);
  later(world, pod, 1_500, () => {
    say(world, pod, 'Warning', 'Failed', `Failed to pull image "${image}": ${trouble}`);
    say(world, pod, 'Warning', 'Failed', 'Error: ErrImagePull');
    wait('ErrImagePull', trouble);
    later(world, pod, 12_000, () => {
      say(world, pod, 'Normal', 'BackOff', `Back-off pulling image "${image}"`);
      say(world, pod, 'Warning', 'Failed', 'Error: ImagePullBackOff');
      wait('ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: ${trouble}`);
      later(world, pod, Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** tries), () =>
        pull(world, pod, container, tries + 1),
      );
    });
  });
}

function startContainer(world: World, pod: PodOnNode, container: Container): void {
  if (pod.ending || pod.over) return;
  const { name } = container.spec;
  container.containerID = containerIdOf(world.chance);
  container.imageID = imageIdOf(container.spec.image ?? '');
  const now = world.agenda.now();
  say(world, pod, 'Normal', 'Created', `Created container: ${name}`);
  container.state = { running: { startedAt: timeText(now) } };
  if (startProgram(world, pod, container, now, false))
    say(world, pod, 'Normal', 'Started', `Started container ${name}`);
  tell(world, pod);
}

function startProgram(
  world: World,
  pod: PodOnNode,
  container: Container,
  startedAt: number,
  settled: boolean,
): boolean {
  const run: Container['runs'][number] = {
    containerID: container.containerID,
    startedAt,
    journal: createJournal(),
    program: null,
    shells: new Set(),
  };
  container.runs = [...container.runs.slice(-1), run];
  const begin = () =>
    launch({
      world,
      namespace: pod.namespace,
      pod: pod.name,
      container: container.spec,
      files: fileView(world, pod, container.spec, pod.volumes),
      journal: run.journal,
      startedAt,
      settled,
      exit: (code, reason) => exited(world, pod, container, run, code, reason),
    });
  if (settled) {
    if (!container.init) run.program = whenAsked(begin, () => layOut(world, pod));
    return true;
  }
  run.program = begin();
  if (run.program) return true;
  const program = container.spec.command?.[0] ?? '';
  const message = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "${program}": executable file not found in $PATH: unknown`;
  say(world, pod, 'Warning', 'Failed', `Error: ${message}`);
  world.agenda.after(0, () => exited(world, pod, container, run, 128, 'StartError', message));
  return false;
}

/** What init containers of a pod that has long been running did. */
function layOut(world: World, pod: PodOnNode): void {
  for (const { spec, init } of pod.containers) if (init) fillConf(fileView(world, pod, spec, pod.volumes), 0, spec);
}

export function exited(
  world: World,
  pod: PodOnNode,
  container: Container,
  run: Container['runs'][number],
  code: number,
  reason?: string,
  message?: string,
): void {
  if (runOf(container) !== run || !container.state.running) return;
  const now = world.agenda.now();
  run.program?.catchUp(now);
  run.program = null;
  for (const shell of run.shells) shell.hangUp();
  const terminated: NonNullable<ContainerState['terminated']> = {
    exitCode: code,
    reason: reason ?? (code === 0 ? 'Completed' : 'Error'),
    ...(message ? { message } : {}),
    startedAt: timeText(run.startedAt),
    finishedAt: timeText(now),
    containerID: run.containerID,
  } as NonNullable<ContainerState['terminated']>;
  container.state = { terminated };
  tell(world, pod);
  if (pod.ending) return void (pod.containers.every((one) => !one.state.running) && finish(world, pod, true));
  if (container.init && code === 0) return later(world, pod, 300, () => next(world, pod));
  const policy = pod.spec.restartPolicy ?? 'Always';
  if (policy === 'Never' || (policy === 'OnFailure' && code === 0)) {
    if (pod.containers.every((one) => one.state.terminated) || container.init) finish(world, pod, false);
    return;
  }
  restartLater(world, pod, container, now - run.startedAt);
}

/** The first restart comes at once; from then on each waits twice as long, until it has run for ten minutes. */
function restartLater(world: World, pod: PodOnNode, container: Container, ran: number): void {
  if (ran > HEALTHY) container.crashes = 0;
  const wait = container.crashes === 0 ? 800 : Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** (container.crashes - 1));
  container.crashes++;
  const again = () => {
    container.last = container.state.terminated ? container.state : container.last;
    container.restarts++;
    say(world, pod, 'Normal', 'Pulled', `Container image "${container.spec.image}" already present on machine`);
    startContainer(world, pod, container);
  };
  if (wait < 1_000) return later(world, pod, wait, again);
  later(world, pod, 1_500, () => {
    if (pod.ending) return;
    container.last = container.state;
    const { name } = container.spec;
    const message =
      `back-off ${wait / 1000}s restarting failed container=${name} pod=${pod.name}_${pod.namespace}(${pod.uid})`.replace(
        /300s/,
        '5m0s',
      );
    container.state = { waiting: { reason: 'CrashLoopBackOff', message } };
    say(
      world,
      pod,
      'Warning',
      'BackOff',
      `Back-off restarting failed container ${name} in pod ${pod.name}_${pod.namespace}(${pod.uid})`,
    );
    tell(world, pod);
  });
  later(world, pod, wait, again);
}

function killAll(world: World, pod: PodOnNode): void {
  for (const one of pod.containers) {
    const run = runOf(one);
    run?.program?.kill(world.agenda.now());
    if (!run || !one.state.running) continue;
    run.program = null;
    for (const shell of run.shells) shell.hangUp();
    const times = { startedAt: timeText(run.startedAt), finishedAt: timeText(world.agenda.now()) };
    one.state = { terminated: { exitCode: 137, reason: 'Error', ...times } };
  }
}

/** Nothing of the pod runs any more; `gone`: it was deleted and its node lets go of it. */
export function finish(world: World, pod: PodOnNode, gone: boolean): void {
  tell(world, pod);
  if (!gone) return;
  const release = world.agenda.after(200, () => {
    const object = objectOf(world, pod);
    if (object && !world.faults.lostNodes.has(pod.node)) world.store.remove(POD, object);
  });
  pod.timers.add(release);
}

/** The object is gone (its end, or a delete by force): what still runs is killed, unless its node does not hear of it. */
export function forget(world: World, uid: string): void {
  const pod = world.pods.get(uid);
  if (!pod) return;
  if (world.faults.lostNodes.has(pod.node)) return;
  for (const cancel of pod.timers) cancel();
  pod.timers.clear();
  killAll(world, pod);
  pod.over = true;
  world.pods.delete(uid);
}
