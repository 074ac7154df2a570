/** The server's end of an answer that goes on: bytes wait until they are read, as in a socket's buffers. */
export interface Sink {
  push(text: string | Uint8Array): void;
  /** In order. */
  end(): void;
  /** As a lost connection: the reader's iterator throws. */
  cut(error: Error): void;
  /** Once, whoever ended it. */
  onClose(run: () => void): void;
  readonly closed: boolean;
}

/** A reader that does not read is cut off, as servers do with slow watchers. Bytes. */
const MOST = 64 * 1024 * 1024;

export function createStream(onBytes: (bytes: number) => void): {
  sink: Sink;
  body: AsyncIterable<Uint8Array>;
  cancel(): void;
} {
  let waiting: Uint8Array[] = [];
  let size = 0;
  let ended: { error?: Error } | null = null;
  let quiet = false;
  let wake: () => void = () => undefined;
  const endings: (() => void)[] = [];

  function finish(end: { error?: Error }): void {
    if (ended) return;
    ended = end;
    for (const run of endings.splice(0)) run();
    wake();
  }
  const sink: Sink = {
    push(text) {
      if (ended) return;
      const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
      if (bytes.length === 0) return;
      waiting.push(bytes);
      size += bytes.length;
      if (size > MOST) return finish({});
      wake();
    },
    end: () => finish({}),
    cut(error) {
      waiting = [];
      finish({ error });
    },
    onClose: (run) => void (ended ? run() : endings.push(run)),
    get closed() {
      return ended !== null;
    },
  };
  async function* read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      while (waiting.length > 0 && !quiet) {
        const bytes = waiting.length === 1 ? waiting[0]! : Buffer.concat(waiting);
        waiting = [];
        size = 0;
        onBytes(bytes.length);
        yield bytes;
      }
      if (quiet) return;
      if (ended) {
        if (ended.error) throw ended.error;
        return;
      }
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  return {
    sink,
    body: read(),
    cancel() {
      quiet = true;
      waiting = [];
      finish({});
    },
  };
}
