import type { MessagePort } from 'node:worker_threads';
import { Failure, type AppError } from '../../shared/errors';
import type { Channel, Transport, TransportResponse, TransportStream } from '../cluster';
import { createFarChannel } from '../practice/exec/channel';
import { createStream } from '../practice/stream';
import { postBytes, type Answered, type Asked, type Down, type Up } from './wire';

interface Talk {
  hear(message: Down): void;
  cut(error: Failure): void;
}
export interface NearTransport extends Transport {
  /** Why nothing answers at the other end any more; null: it does. */
  readonly over: Failure | null;
  /** The other end is gone. */
  lost(error: AppError): void;
}

/** The transport that is served at the other end of a port. `counters`: of the transport it is part of. */
export function transportOver(port: MessagePort, counters: Transport['counters']): NearTransport {
  const talks = new Map<number, Talk>();
  let last = 0;
  let over: Failure | null = null;
  const post = (message: Up) => port.postMessage(message);

  /** Asks; what is opened by it stays a talk until it ends on either side or its caller's signal ends it. */
  function ask<T>(asked: Asked, signal: AbortSignal | undefined, answered: (id: number, value: Answered) => T) {
    return new Promise<T>((resolve, reject) => {
      if (over) return reject(over);
      if (signal?.aborted) return reject(cancelled());
      const id = ++last;
      counters.requests++;
      const abort = () => {
        talks.get(id)?.cut(cancelled());
        post({ t: 'drop', id });
      };
      const forget = () => {
        talks.delete(id);
        signal?.removeEventListener('abort', abort);
      };
      signal?.addEventListener('abort', abort, { once: true });
      talks.set(id, {
        hear(message) {
          if (message.t !== 'answer') return;
          forget();
          if (!message.result.ok) return reject(new Failure(message.result.error));
          const value = answered(id, message.result.value);
          if (talks.has(id)) signal?.addEventListener('abort', abort, { once: true });
          resolve(value);
        },
        cut(error) {
          forget();
          reject(error);
        },
      });
      post({ t: 'ask', id, ...asked });
    });
  }

  function streamOf(id: number, { status, headers }: TransportResponse): TransportStream {
    // What is read makes room for the next.
    const { sink, body, cancel } = createStream((bytes) => {
      counters.bytesIn += bytes;
      if (talks.has(id)) post({ t: 'pull', id });
    });
    counters.openStreams++;
    sink.onClose(() => {
      counters.openStreams--;
      if (talks.delete(id)) post({ t: 'drop', id });
    });
    talks.set(id, {
      hear(message) {
        if (message.t === 'bytes') sink.push(message.data);
        if (message.t !== 'end') return;
        talks.delete(id);
        if (message.error) sink.cut(new Failure(message.error));
        else sink.end();
      },
      cut: (error) => (talks.delete(id), sink.cut(error)),
    });
    post({ t: 'pull', id });
    return { status, headers, body, cancel };
  }

  function channelOf(id: number, protocol: string): Channel {
    const queue = createFarChannel(counters);
    queue.onFrame((channel, data) => talks.has(id) && postBytes(port, { t: 'frame', id, channel, data }));
    queue.onEnd(() => {
      if (talks.delete(id)) post({ t: 'drop', id });
    });
    talks.set(id, {
      hear(message) {
        if (message.t === 'frame') queue.push(message.channel, message.data);
        if (message.t !== 'end') return;
        talks.delete(id);
        if (message.error) queue.cut(new Failure(message.error));
        else queue.end();
      },
      cut: (error) => (talks.delete(id), queue.cut(error)),
    });
    const tell = (t: 'pause' | 'resume') => talks.has(id) && post({ t, id });
    return {
      ...queue.channel,
      protocol,
      pause: () => (queue.channel.pause(), void tell('pause')),
      resume: () => (queue.channel.resume(), void tell('resume')),
    };
  }

  function finish(error: Failure): void {
    if (over) return;
    over = error;
    for (const talk of [...talks.values()]) talk.cut(error);
    port.close();
  }
  port.on('message', (message: Down) => {
    if (message.t === 'over') finish(new Failure(message.error));
    else talks.get(message.id)?.hear(message);
  });

  return {
    counters,
    get over() {
      return over;
    },
    request: ({ signal, ...request }) =>
      ask({ what: 'request', request }, signal, (_, value) => {
        const answer = value as TransportResponse;
        counters.bytesIn += answer.body.length;
        return answer;
      }),
    stream: ({ signal, ...request }) =>
      ask({ what: 'stream', request }, signal, (id, value) => streamOf(id, value as TransportResponse)),
    channel: ({ signal, ...request }) =>
      ask({ what: 'channel', request }, signal, (id, value) => channelOf(id, (value as Channel).protocol)),
    reset: () => !over && post({ t: 'reset' }),
    ways: () => [],
    lost: (error) => finish(new Failure(error)),
    close: () => finish(cancelled()),
  };
}

const cancelled = () => new Failure({ code: 'CANCELLED', message: 'Cancelled.' });
