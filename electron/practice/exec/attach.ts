import { follow } from '../follow';
import type { Place } from '../nodeLine';
import type { Query } from '../query';
import { runOf } from '../runtime';
import { failure, type StatusBody } from '../status';
import type { World } from '../world';
import type { FarChannel } from './channel';

/** The container's own terminal, or what its program writes from now on. Leaving never ends the program. */
export function attachTo(
  world: World,
  { container, spec }: Place,
  query: Query,
  far: FarChannel,
  tellEnd: (far: FarChannel, status: StatusBody) => void,
): void {
  const run = runOf(container)!;
  const program = run.program!;
  if (query.flag('tty') !== !!spec.tty) {
    const words = query.flag('tty')
      ? `container ${spec.name} did not allocate a TTY`
      : `container ${spec.name} has a TTY; attach must ask for it`;
    return tellEnd(
      far,
      failure(500, 'InternalError', `Internal error occurred: ${words}`, { causes: [{ message: words }] }),
    );
  }
  const over = () => {
    // The program ended: a regular end of the stream, as the node gives it.
    if (runOf(container) !== run || !run.program)
      tellEnd(far, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' });
  };
  const stopLooking = follow(world, () => {
    run.program?.catchUp(world.agenda.now());
    over();
  });
  const leave = program.screen
    ? program.screen.attach({ write: (text) => far.push(1, text) })
    : run.journal.onLine(({ text }) => far.push(1, `${text}\n`));
  far.onEnd(() => {
    stopLooking();
    leave();
  });
  const decoder = new TextDecoder();
  far.onFrame((channel, data) => {
    if (channel === 0 && spec.stdin && query.flag('stdin'))
      program.screen?.type(decoder.decode(data, { stream: true }));
    else if (channel === 4) {
      try {
        const { Width, Height } = JSON.parse(new TextDecoder().decode(data)) as { Width?: number; Height?: number };
        if (Number(Width) > 0 && Number(Height) > 0) program.screen?.resize(Number(Width), Number(Height));
      } catch {
        // As the node: a size it can't read changes nothing.
      }
    }
  });
}
