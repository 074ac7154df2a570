import { describe, expect, it } from 'vitest';
import { Failure } from '../../shared/errors';
import { flag, message, number, object, objects, text, texts, time, type Message } from './protobuf';
import type { KubeObject } from './objects';
import { readStatus, watchReader } from './wire';
import type { WatchEvent } from './watch';
import { alone, field, fields, frame } from './wire-testing';

const meta = (name: string, ...more: Buffer[]) => field(1, fields(field(1, name), field(6, '7'), ...more));
const pod = (name: string, ...more: Buffer[]) => frame('ADDED', alone('Pod', fields(meta(name), ...more)));

const META = message({ 1: text('name'), 6: text('resourceVersion'), 7: number('generation'), 11: texts('labels') });
const ENDED = message({
  1: number('exitCode', true),
  2: number('signal'),
  3: text('reason'),
  5: time('startedAt'),
  6: time('finishedAt'),
});
const STATUS = message({
  1: text('name', true),
  2: object('state', message({ 3: object('terminated', ENDED) })),
  4: flag('ready', true),
  5: number('restartCount', true),
  9: flag('started', true),
});
const POD: Message = message({
  1: object('metadata', META),
  2: object('spec', message({ 10: text('nodeName') })),
  3: object('status', message({ 1: text('phase'), 8: objects('containerStatuses', STATUS) })),
});
const KEPT = { keep: (pod: KubeObject) => pod, proto: POD };

const PROTOBUF = { 'content-type': 'application/vnd.kubernetes.protobuf;stream=watch' };
const read = (...chunks: Buffer[]): WatchEvent[] => {
  const reader = watchReader(PROTOBUF, KEPT);
  return chunks.flatMap((chunk) => [...reader.push(chunk)]);
};
const refusal = (run: () => unknown) => {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown.error.code;
    throw thrown;
  }
  return 'none';
};

describe('a watch in Protocol Buffers', () => {
  const bytes = fields(pod('a'), pod('bö', field(2, field(10, 'node-1'))), frame('DELETED', alone('Pod', meta('a'))));

  it('is the same wherever it is cut', () => {
    const whole = read(bytes);
    expect(whole.map(({ type, object }) => [type, (object as { metadata: { name: string } }).metadata.name])).toEqual([
      ['ADDED', 'a'],
      ['ADDED', 'bö'],
      ['DELETED', 'a'],
    ]);
    expect(whole[1]!.object).toMatchObject({ spec: { nodeName: 'node-1' } });
    for (let at = 1; at < bytes.length; at++) expect(read(bytes.subarray(0, at), bytes.subarray(at))).toEqual(whole);
    expect(read(...Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)))).toEqual(whole);
  });

  it('knows when an event is unfinished', () => {
    const reader = watchReader(PROTOBUF, KEPT);
    expect([...reader.push(bytes.subarray(0, bytes.length - 1))]).toHaveLength(2);
    expect(reader.pending()).toBeGreaterThan(0);
  });

  it('keeps what is empty only where JSON has it', () => {
    const ended = field(3, fields(field(1, 0), field(2, 0), field(3, ''), field(5, '')));
    const status = fields(field(1, 'mm'), field(2, ended), field(4, 0), field(5, 0));
    const [event] = read(pod('a', field(3, fields(field(1, ''), field(8, status)))));
    expect(event!.object).toEqual({
      metadata: { name: 'a', resourceVersion: '7' },
      status: {
        containerStatuses: [
          { name: 'mm', ready: false, restartCount: 0, state: { terminated: { exitCode: 0, startedAt: null } } },
        ],
      },
    });
  });

  it('reads large, negative and dated numbers', () => {
    const minusOne = Buffer.from([8, ...Array<number>(9).fill(255), 1]);
    const ended = field(3, fields(minusOne, field(6, field(1, 1_790_000_000))));
    const [event] = read(pod('a', field(3, field(8, field(2, ended)))));
    expect(event!.object).toMatchObject({
      status: {
        containerStatuses: [{ state: { terminated: { exitCode: -1, finishedAt: '2026-09-21T14:13:20Z' } } }],
      },
    });
    const [other] = read(frame('ADDED', alone('Pod', meta('a', field(7, 2 ** 40 + 1)))));
    expect(other!.object).toMatchObject({ metadata: { generation: 2 ** 40 + 1 } });
  });

  it('steps over fields it does not know', () => {
    const odd = fields(
      Buffer.from([0xf9, 7, 1, 2, 3, 4, 5, 6, 7, 8]),
      Buffer.from([0xfd, 7, 1, 2, 3, 4]),
      field(127, 'x'),
    );
    expect(read(frame('ADDED', alone('Pod', fields(odd, meta('a'), odd))))).toEqual(read(pod('a')));
  });

  it('tells what the server has to say', () => {
    const status = fields(
      field(2, 'Failure'),
      field(3, 'too old resource version'),
      field(4, 'Expired'),
      field(6, 410),
    );
    expect(read(frame('ERROR', alone('Status', status)))).toEqual([
      {
        type: 'ERROR',
        object: {
          kind: 'Status',
          status: 'Failure',
          message: 'too old resource version',
          reason: 'Expired',
          code: 410,
        },
      },
    ]);
    expect(JSON.parse(readStatus(alone('Status', status)))).toMatchObject({ kind: 'Status', code: 410 });
    expect(readStatus(Buffer.from('<html>'))).toBe('');
  });

  it('is refused when it is rubbish', () => {
    expect(refusal(() => read(Buffer.from('{"type":"ADDED"}\n')))).toBe('SERVER');
    expect(refusal(() => read(Buffer.from('<html><body>Sign in</body></html>')))).toBe('SERVER');
    const good = frame('ADDED', alone('Pod', meta('a')));
    let refused = 0;
    for (let at = 4; at < good.length; at++) {
      const bad = Buffer.from(good);
      bad[at] = 0xff;
      if (refusal(() => read(bad)) === 'SERVER') refused++;
    }
    expect(refused).toBeGreaterThan(good.length / 2);
  });
});

describe('a watch in JSON', () => {
  it('is read where the server does not speak the other', () => {
    const reader = watchReader({ 'content-type': 'application/json' }, KEPT);
    expect([...reader.push(Buffer.from('{"type":"ADDED","object":{}}\n\n{"ty'))]).toEqual([
      { type: 'ADDED', object: {} },
    ]);
    expect(reader.pending()).toBe(4);
  });
});
