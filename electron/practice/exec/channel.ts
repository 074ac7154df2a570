import type { Channel } from '../../cluster/transport';

/** The server's end of a channel: frames wait while the client pauses. */
export interface FarChannel {
  channel: Channel;
  /** Channel 1 stdout, 2 stderr, 3 status. */
  push(number: number, data: string | Uint8Array): void;
  /** A normal close, after all frames. */
  end(): void;
  cut(error: Error): void;
  onEnd(run: () => void): void;
  onFrame(handler: (channel: number, data: Uint8Array) => void): void;
}

export function createFarChannel(counters: { openStreams: number; bytesIn: number }): FarChannel {
  let onData: ((channel: number, data: Uint8Array) => void) | null = null;
  let onClose: ((error?: Error) => void) | null = null;
  let onFrame: ((channel: number, data: Uint8Array) => void) | null = null;
  let paused = false;
  let closing = false;
  let told = false;
  let ended: { error?: Error } | null = null;
  const waiting: [number, Uint8Array][] = [];
  const endings: (() => void)[] = [];
  counters.openStreams++;

  function flush(): void {
    while (!paused && onData && waiting.length > 0) {
      const [number, data] = waiting.shift()!;
      counters.bytesIn += data.length + 1;
      onData(number, data);
    }
    if (ended && !told && onClose && (waiting.length === 0 || closing)) {
      told = true;
      onClose(ended.error);
    }
  }
  function finish(end: { error?: Error }): void {
    if (ended) return;
    ended = end;
    counters.openStreams--;
    for (const run of endings.splice(0)) run();
    // Whoever closes hears of it later, as from a socket.
    void Promise.resolve().then(flush);
  }
  return {
    channel: {
      protocol: 'v5.channel.k8s.io',
      onData(handler) {
        onData = handler;
        flush();
      },
      onClose(handler) {
        onClose = handler;
        flush();
      },
      send(number, data) {
        if (ended) return;
        const copy = Uint8Array.from(data);
        void Promise.resolve().then(() => !ended && onFrame?.(number, copy));
      },
      pause: () => void (paused = true),
      resume() {
        paused = false;
        flush();
      },
      close() {
        closing = true;
        finish({});
      },
    },
    push(number, data) {
      if (ended) return;
      waiting.push([number, typeof data === 'string' ? Buffer.from(data, 'utf8') : data]);
      flush();
    },
    end: () => finish({}),
    cut: (error) => finish({ error }),
    onEnd: (run) => void (ended ? run() : endings.push(run)),
    onFrame: (handler) => void (onFrame = handler),
  };
}
