import { exited, finish } from './kubelet';
import type { Obj } from './objects';
import { later, say } from './podTalk';
import { runOf, type Container, type PodOnNode } from './runtime';
import type { World } from './world';

/** Ends a pod as its deletion asks: preStop, SIGTERM, and at the end of the grace SIGKILL. */
export function terminate(world: World, object: Obj, graceMs?: number): void {
  const pod = world.pods.get(object.metadata.uid);
  if (!pod || pod.over || world.faults.lostNodes.has(pod.node)) return;
  const left = graceMs ?? Date.parse(object.metadata.deletionTimestamp!) - world.agenda.now();
  pod.timers.add(world.agenda.after(Math.max(0, left), () => killRest(world, pod)));
  if (pod.ending) return;
  pod.ending = true;
  const up = pod.containers.filter((one) => one.state.running);
  for (const one of pod.containers) if (one.state.waiting) one.state = { waiting: one.state.waiting };
  if (up.length === 0) return finish(world, pod, true);
  for (const one of up) {
    say(world, pod, 'Normal', 'Killing', `Stopping container ${one.spec.name}`);
    const hook =
      (
        one.spec as { lifecycle?: { preStop?: { exec?: { command?: string[] } } } }
      ).lifecycle?.preStop?.exec?.command?.join(' ') ?? '';
    if (hook.includes('SigCgt') && hook.includes('0x4000')) whenHeard(world, pod, one, 60);
    else runOf(one)?.program?.term(world.agenda.now());
  }
}
/** The app's preStop hook: waits, a minute at most, until SIGTERM would be heard. */
function whenHeard(world: World, pod: PodOnNode, container: Container, rounds: number): void {
  const program = runOf(container)?.program;
  if (!program) return;
  if (rounds === 0 || program.hearsTerm(world.agenda.now())) return program.term(world.agenda.now());
  later(world, pod, 1_000, () => whenHeard(world, pod, container, rounds - 1));
}
function killRest(world: World, pod: PodOnNode): void {
  if (pod.over) return;
  for (const one of pod.containers) if (one.state.running) killContainer(world, pod, one, 'Error');
}
/** SIGKILL from outside: orders stay as they are. */
export function killContainer(world: World, pod: PodOnNode, container: Container, reason: string): void {
  const run = runOf(container);
  if (!run) return;
  run.program?.kill(world.agenda.now());
  exited(world, pod, container, run, 137, reason);
}
