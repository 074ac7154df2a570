import type { Transport, TransportStream } from '../../electron/cluster';
import { fieldsOf, shapeOf } from './practiceRules';

/** What was asked of a server, and what it answered: by shape, statuses and the fields of good answers. */
export interface Recording {
  statuses: Map<string, Set<string>>;
  fields: Map<string, Set<string>>;
  transport(far: Transport): Transport;
}

/** Notes down everything that goes through a transport. */
export function createRecording(): Recording {
  const statuses = new Map<string, Set<string>>();
  const fields = new Map<string, Set<string>>();
  const note = <T>(map: Map<string, Set<T>>, key: string): Set<T> => {
    const found = map.get(key) ?? new Set<T>();
    map.set(key, found);
    return found;
  };
  function take(shape: string, body: string): void {
    try {
      fieldsOf(JSON.parse(body), '', note(fields, shape));
    } catch {
      // Logs are no JSON.
    }
  }
  async function* listen(shape: string, stream: TransportStream): AsyncGenerator<Uint8Array> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const bytes of stream.body) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      if (shape.includes('watch=')) for (const line of lines) take(shape, line);
      yield bytes;
    }
  }
  return {
    statuses,
    fields,
    transport: (far) => ({
      ...far,
      async request(request) {
        const shape = shapeOf(request.method, request.path, request.headers?.['content-type']);
        const answer = await far.request(request);
        note(statuses, shape).add(String(answer.status));
        if (answer.status < 300) take(shape, answer.body);
        return answer;
      },
      async stream(request) {
        const shape = shapeOf(request.method, request.path);
        const stream = await far.stream(request);
        note(statuses, shape).add(String(stream.status));
        return { ...stream, body: listen(shape, stream), cancel: () => stream.cancel() };
      },
      async channel(request) {
        const shape = shapeOf('GET', request.path);
        const channel = await far.channel(request);
        note(statuses, shape).add('101');
        return channel;
      },
      reset: () => far.reset(),
      close: () => far.close(),
      get counters() {
        return far.counters;
      },
    }),
  };
}
