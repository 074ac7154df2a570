import type { Input } from '../../shared/contract';
import { toAppError } from '../../shared/errors';
import type { SessionDown, SessionInfo, SessionState, SessionUp } from '../../shared/terminals';

/** What a session needs of the window's far end. */
export interface SessionEnd {
  open(request: Input<'terminals.open'>): Promise<SessionInfo>;
  close(id: string): Promise<unknown>;
  port(name: string): Promise<MessagePort>;
}

export interface SessionSink {
  data(data: Uint8Array): void;
  state(state: SessionState): void;
}

export interface Session {
  input(data: string): void;
  resize(cols: number, rows: number): void;
  ack(bytes: number): void;
  /** Connects again after `lost`; opens anew after `ended` or when it never opened. Does nothing while it runs. */
  reconnect(): void;
  /** Detaches: the bot's program is not told to end. */
  close(): void;
}

/** Opens a session and keeps it: what happens comes through `sink`, the last word on the size is kept for an open that is under way. */
export function startSession(end: SessionEnd, request: Input<'terminals.open'>, sink: SessionSink): Session {
  let size = { cols: request.cols, rows: request.rows };
  let current: { id: string; port: MessagePort } | null = null;
  let phase: SessionState['phase'] = 'connecting';
  let run = 0;
  let closed = false;

  function tell(state: SessionState) {
    phase = state.phase;
    sink.state(state);
  }

  function drop() {
    if (!current) return;
    const { id, port } = current;
    current = null;
    port.onmessage = null;
    port.close();
    // The far end may have let go already; a detach that fails hurts no one.
    end.close(id).catch(() => undefined);
  }

  async function open() {
    const mine = ++run;
    drop();
    tell({ phase: 'connecting' });
    try {
      const info = await end.open({ ...request, ...size });
      const port = await end.port(`session:${info.id}`);
      if (closed || mine !== run) {
        port.close();
        await end.close(info.id).catch(() => undefined);
        return;
      }
      current = { id: info.id, port };
      port.onmessage = (event: MessageEvent<SessionDown>) => {
        if (mine !== run || closed) return;
        if (event.data.t === 'data') sink.data(event.data.data);
        else tell(event.data.state);
      };
      port.start();
      post({ t: 'resize', ...size });
    } catch (thrown) {
      if (!closed && mine === run) tell({ phase: 'lost', error: toAppError(thrown), retryAt: null });
    }
  }

  function post(message: SessionUp) {
    current?.port.postMessage(message);
  }

  void open();
  return {
    input(data) {
      if (phase === 'open') post({ t: 'input', data });
    },
    resize(cols, rows) {
      if (cols === size.cols && rows === size.rows) return;
      size = { cols, rows };
      post({ t: 'resize', cols, rows });
    },
    ack: (bytes) => post({ t: 'ack', bytes }),
    reconnect() {
      if (closed || phase === 'open' || phase === 'connecting') return;
      if (current && phase === 'lost') post({ t: 'reconnect' });
      else void open();
    },
    close() {
      closed = true;
      drop();
    },
  };
}
