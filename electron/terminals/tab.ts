import type { SessionState } from '../../shared/terminals';
import type { Clock, Dispose } from '../cluster/types';
import { createFlow, type Flow } from './flow';
import type { OpenInput, SessionPort, Tab } from './types';

const encoder = new TextEncoder();

const CONTROLS = /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A session's way to its tab: bytes under flow control, states behind the bytes that came before them. */
export function createTab(options: { id: string; input: OpenInput; port: SessionPort; clock: Clock }): Tab & {
  flow: Flow;
  dispose: Dispose;
} {
  const { id, input, port, clock } = options;
  let pause: () => void = () => {};
  let resume: () => void = () => {};
  let waiting: (() => void)[] = [];
  let disposed = false;

  const release = () => {
    const runs = waiting;
    waiting = [];
    for (const run of runs) run();
  };
  const flow = createFlow({
    clock,
    post: (data) => port.post({ t: 'data', data }),
    pause: () => pause(),
    resume() {
      resume();
      release();
    },
  });

  return {
    id,
    input,
    flow,
    data: (bytes) => flow.push(bytes),
    note: (text) => flow.push(encoder.encode(`\x1b[0m\r\n\x1b[2m— ${text.replace(CONTROLS, '')} —\x1b[0m\r\n`)),
    state(state: SessionState) {
      flow.flush();
      flow.drained(() => {
        if (!disposed) port.post({ t: 'state', state });
      });
    },
    onPace(onPause, onResume) {
      pause = onPause;
      resume = onResume;
      if (flow.paused) onPause();
    },
    ready: () => (flow.paused && !disposed ? new Promise<void>((resolve) => waiting.push(resolve)) : Promise.resolve()),
    dispose() {
      disposed = true;
      flow.dispose();
      release();
    },
  };
}
