import type { MessagePort } from 'node:worker_threads';
import { toAppError } from '../../shared/errors';
import type { Channel, Transport, TransportStream } from '../cluster';
import { postBytes, type Answered, type Asked, type Down, type Up } from './wire';

interface Talk {
  control: AbortController;
  channel?: Channel;
  pull?: () => Promise<void>;
  stop?: () => void;
}

/** Lets a transport be used from the other end of a port, until that closes. */
export function serveTransport(port: MessagePort, transport: Transport): void {
  const talks = new Map<number, Talk>();
  const post = (message: Down) => port.postMessage(message);
  function end(id: number, thrown?: unknown): void {
    if (talks.delete(id)) post({ t: 'end', id, ...(thrown === undefined ? {} : { error: toAppError(thrown) }) });
  }

  async function ask(id: number, asked: Asked): Promise<void> {
    const talk: Talk = { control: new AbortController() };
    talks.set(id, talk);
    try {
      const value = await answer(id, asked, talk);
      if (!talks.has(id)) return talk.stop?.();
      post({ t: 'answer', id, result: { ok: true, value } });
      if (asked.what === 'request') talks.delete(id);
      if (talk.channel) listen(id, talk.channel);
    } catch (thrown) {
      if (talks.delete(id)) post({ t: 'answer', id, result: { ok: false, error: toAppError(thrown) } });
    }
  }
  async function answer(id: number, asked: Asked, talk: Talk): Promise<Answered> {
    const { signal } = talk.control;
    if (asked.what === 'request') return transport.request({ ...asked.request, signal });
    if (asked.what === 'channel') {
      const channel = await transport.channel({ ...asked.request, signal });
      talk.channel = channel;
      talk.stop = () => channel.close();
      return { protocol: channel.protocol };
    }
    const stream = await transport.stream({ ...asked.request, signal });
    talk.pull = puller(id, stream);
    talk.stop = () => stream.cancel();
    return { status: stream.status, headers: stream.headers };
  }
  function puller(id: number, { body }: TransportStream): () => Promise<void> {
    const bytes = body[Symbol.asyncIterator]();
    return async () => {
      try {
        const next = await bytes.next();
        if (next.done) end(id);
        else if (talks.has(id)) postBytes(port, { t: 'bytes', id, data: next.value });
      } catch (thrown) {
        end(id, thrown);
      }
    };
  }
  function listen(id: number, channel: Channel): void {
    channel.onData((number, data) => talks.has(id) && postBytes(port, { t: 'frame', id, channel: number, data }));
    channel.onClose((error) => end(id, error));
  }
  function drop(id: number): void {
    const talk = talks.get(id);
    talks.delete(id);
    talk?.control.abort();
    talk?.stop?.();
  }

  port.on('message', (message: Up) => {
    if (message.t === 'reset') return transport.reset();
    if (message.t === 'ask') return void ask(message.id, message);
    if (message.t === 'drop') return drop(message.id);
    const talk = talks.get(message.id);
    if (message.t === 'pull') void talk?.pull?.();
    else if (message.t === 'frame') talk?.channel?.send(message.channel, message.data);
    else if (message.t === 'pause') talk?.channel?.pause();
    else talk?.channel?.resume();
  });
  port.on('close', () => {
    talks.clear();
    transport.close();
  });
}
