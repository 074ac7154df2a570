/**
 * The renderer's half of a session's flow control: bytes go to the terminal in order, and what it has parsed is
 * acknowledged, so that a flood stops at its source and neither freezes the window nor grows memory.
 */
export interface Flow {
  push(data: Uint8Array): void;
  /** Holds back what comes (nothing is acknowledged, so the source stops too) until called with `false`. */
  pause(paused: boolean): void;
  /** Bytes that wait while paused. */
  held(): number;
  dispose(): void;
}

/**
 * @param write xterm's `write(data, parsed)`; `parsed` is called once the bytes are through its parser
 * @param ack told the bytes parsed since the last call; several writes parsed in one go are told as one sum
 * @param soon runs a task after the current one (`queueMicrotask` in the app)
 */
export function createFlow(
  write: (data: Uint8Array, parsed: () => void) => void,
  ack: (bytes: number) => void,
  soon: (task: () => void) => void = queueMicrotask,
): Flow {
  const waiting: Uint8Array[] = [];
  let paused = false;
  let gone = false;
  let parsedBytes = 0;
  let telling = false;

  function tell() {
    telling = false;
    const bytes = parsedBytes;
    parsedBytes = 0;
    if (bytes > 0 && !gone) ack(bytes);
  }

  function send(data: Uint8Array) {
    write(data, () => {
      parsedBytes += data.byteLength;
      if (telling) return;
      telling = true;
      soon(tell);
    });
  }

  return {
    push(data) {
      if (gone || data.byteLength === 0) return;
      if (paused) waiting.push(data);
      else send(data);
    },
    pause(next) {
      paused = next;
      if (!paused) for (const data of waiting.splice(0)) send(data);
    },
    held: () => waiting.reduce((sum, data) => sum + data.byteLength, 0),
    dispose() {
      gone = true;
      waiting.length = 0;
    },
  };
}
