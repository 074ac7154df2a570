import { afterEach, expect, test, vi } from 'vitest';
import { Failure } from '../../shared/errors';
import type { SessionDown, SessionInfo, SessionState, SessionUp } from '../../shared/terminals';
import { startSession, type Session } from './session';

const bot = { clusterId: 'c', kind: 'StatefulSet', namespace: 'trading', name: 'eth-1', uid: 'u' } as const;
const opened: MessagePort[] = [];
afterEach(() => opened.splice(0).forEach((port) => port.close()));

/** A far end with real ports; `fail` makes the next open throw. */
function farEnd() {
  const far: MessagePort[] = [];
  const up: SessionUp[] = [];
  const closed: string[] = [];
  const ports = new Map<string, MessagePort>();
  const requests: { cols: number; rows: number }[] = [];
  const control = { fail: false, hold: null as Promise<void> | null };
  return {
    far,
    up,
    closed,
    requests,
    control,
    send: (message: SessionDown) => far.at(-1)!.postMessage(message),
    end: {
      async open(request: { cols: number; rows: number }) {
        requests.push(request);
        await control.hold;
        if (control.fail) throw new Failure({ code: 'FORBIDDEN', message: 'Your sign-in may not open a shell.' });
        const id = `s${requests.length}`;
        const channel = new MessageChannel();
        opened.push(channel.port1, channel.port2);
        channel.port1.onmessage = (event: MessageEvent<SessionUp>) => up.push(event.data);
        far.push(channel.port1);
        ports.set(`session:${id}`, channel.port2);
        return { id } as SessionInfo;
      },
      close: async (id: string) => closed.push(id),
      port: async (name: string) => ports.get(name)!,
    },
  };
}

function start(far: ReturnType<typeof farEnd>) {
  const states: SessionState[] = [];
  const data: number[] = [];
  const session: Session = startSession(
    far.end,
    { bot, kind: 'shell', cols: 80, rows: 24 },
    {
      data: (bytes) => data.push(...bytes),
      state: (state) => states.push(state),
    },
  );
  return { session, states, data, phase: () => states.at(-1)?.phase };
}

test('bytes, size and keys go both ways once the session is open', async () => {
  const far = farEnd();
  const { session, data, phase } = start(far);
  await vi.waitFor(() => expect(far.up).toContainEqual({ t: 'resize', cols: 80, rows: 24 }));
  far.send({ t: 'state', state: { phase: 'open' } });
  far.send({ t: 'data', data: new Uint8Array([104, 105]) });
  await vi.waitFor(() => expect([data, phase()]).toEqual([[104, 105], 'open']));
  session.input('ls\r');
  session.ack(2);
  await vi.waitFor(() =>
    expect(far.up).toEqual(
      expect.arrayContaining([
        { t: 'input', data: 'ls\r' },
        { t: 'ack', bytes: 2 },
      ]),
    ),
  );
});

test('keys typed while the connection is lost never reach the bot later', async () => {
  const far = farEnd();
  const { session, phase } = start(far);
  await vi.waitFor(() => expect(far.up).toHaveLength(1));
  const error = { code: 'UNREACHABLE', message: 'fra-1 does not answer.' } as const;
  far.send({ t: 'state', state: { phase: 'lost', error, retryAt: null } });
  await vi.waitFor(() => expect(phase()).toBe('lost'));
  session.input('rm -rf data\r');
  session.reconnect();
  await vi.waitFor(() => expect(far.up).toContainEqual({ t: 'reconnect' }));
  expect(far.up.filter((message) => message.t === 'input')).toEqual([]);
  expect(far.requests).toHaveLength(1);
});

test('a size changed while opening is the size the program gets', async () => {
  const far = farEnd();
  let go = () => {};
  far.control.hold = new Promise((resolve) => (go = resolve));
  const { session } = start(far);
  session.resize(120, 40);
  go();
  await vi.waitFor(() => expect(far.up).toContainEqual({ t: 'resize', cols: 120, rows: 40 }));
});

test('a refused open says why, and Enter tries again', async () => {
  const far = farEnd();
  far.control.fail = true;
  const { session, states, phase } = start(far);
  await vi.waitFor(() => expect(states.at(-1)).toMatchObject({ phase: 'lost', error: { code: 'FORBIDDEN' } }));
  far.control.fail = false;
  session.reconnect();
  session.reconnect();
  await vi.waitFor(() => expect(far.up).toHaveLength(1));
  expect(far.requests).toHaveLength(2);
  expect(phase()).toBe('connecting');
});

test('an ended session is opened anew and the old one let go', async () => {
  const far = farEnd();
  const { session, phase } = start(far);
  await vi.waitFor(() => expect(far.up).toHaveLength(1));
  far.send({ t: 'state', state: { phase: 'ended', code: 0, message: '' } });
  await vi.waitFor(() => expect(phase()).toBe('ended'));
  session.reconnect();
  await vi.waitFor(() => expect(far.requests).toHaveLength(2));
  expect(far.closed).toEqual(['s1']);
});

test('a tab closed while its session still opens leaves none behind', async () => {
  const far = farEnd();
  let go = () => {};
  far.control.hold = new Promise((resolve) => (go = resolve));
  const { session } = start(far);
  session.close();
  go();
  await vi.waitFor(() => expect(far.closed).toEqual(['s1']));
  expect(far.up).toEqual([]);
});
