import { expect, it } from 'vitest';
import { holdOff } from './hold-off';
import { statusFailure } from './errors';
import type { Transport, TransportRequest } from './transport';
import { readAll } from './watch';

const LIST = '/api/v1/pods';

/** A line whose server answers with `status` and asks to wait, by a header or in the body; what was asked over it. */
function lineOf(answer: { status: number; wait?: string; date?: string; body?: string }) {
  const asked: string[] = [];
  let now = 1_000_000;
  const said = () => ({
    status: answer.status,
    headers: Object.fromEntries(
      [
        ['retry-after', answer.wait],
        ['date', answer.date],
      ].filter(([, value]) => value !== undefined),
    ) as Record<string, string>,
    body: answer.body ?? 'busy',
  });
  const request = ({ method, path }: TransportRequest) => {
    asked.push(`${method} ${path}`);
    return Promise.resolve(said());
  };
  async function* bytes(text: string) {
    await Promise.resolve();
    yield Buffer.from(text);
  }
  const stream = ({ method, path }: TransportRequest) => {
    asked.push(`${method} ${path}`);
    return Promise.resolve({ ...said(), body: bytes(said().body), cancel: () => undefined });
  };
  const clock = { now: () => now, after: () => () => undefined, random: () => 0 };
  const { transport, lift } = holdOff({ request, stream } as unknown as Transport, clock);
  return { transport, lift, asked, answer, pass: (ms: number) => void (now += ms) };
}

it('nobody who reads asks again before the server wants it, and all are told how long', async () => {
  const line = lineOf({ status: 429, wait: '40' });
  await line.transport.request({ method: 'GET', path: LIST });
  line.pass(15_000);
  const again = await line.transport.request({ method: 'GET', path: '/version' });
  const stream = await line.transport.stream({ method: 'GET', path: `${LIST}?watch=1` });
  expect([again.status, again.headers['retry-after'], stream.status, stream.headers['retry-after']]).toEqual([
    ...[429, '25', 429, '25'],
  ]);
  expect(line.asked).toEqual([`GET ${LIST}`]);
  line.pass(25_000);
  line.answer.status = 200;
  expect((await line.transport.request({ method: 'GET', path: LIST })).status).toBe(200);
});

it('a change goes out, and “try again” does not wait', async () => {
  const line = lineOf({ status: 503, wait: '40' });
  await line.transport.request({ method: 'GET', path: LIST });
  await line.transport.request({ method: 'PATCH', path: LIST });
  line.lift();
  await line.transport.request({ method: 'GET', path: LIST });
  expect(line.asked).toHaveLength(3);
});

it('trouble of the metrics server is not the cluster’s, and a refusal without a wait holds nobody', async () => {
  const line = lineOf({ status: 503, wait: '40' });
  await line.transport.request({ method: 'GET', path: '/apis/metrics.k8s.io/v1beta1/pods' });
  delete line.answer.wait;
  await line.transport.request({ method: 'GET', path: LIST });
  await line.transport.request({ method: 'GET', path: LIST });
  expect(line.asked).toHaveLength(3);
});

it.each([
  ['a date', { wait: 'Wed, 21 Oct 2026 07:28:40 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }],
  [
    'the body alone',
    {
      body: JSON.stringify({
        kind: 'Status',
        reason: 'TooManyRequests',
        code: 429,
        details: { retryAfterSeconds: 40 },
      }),
    },
  ],
])('a wait that %s tells holds everyone too, also when a watch met it', async (_, answer) => {
  const line = lineOf({ status: 429, ...answer });
  const met = await line.transport.stream({ method: 'GET', path: `${LIST}?watch=1` });
  const words: string[] = [];
  for await (const bytes of met.body) words.push(Buffer.from(bytes).toString());
  expect(words.join('')).toBe(line.answer.body ?? 'busy');
  line.pass(39_000);
  const again = await line.transport.request({ method: 'GET', path: LIST });
  expect([again.status, again.headers['retry-after']]).toEqual([429, '1']);
  line.pass(2_000);
  await line.transport.request({ method: 'GET', path: LIST });
  expect(line.asked).toHaveLength(2);
});

it('a watch that is held by the refusal of a list in Protocol Buffers has the server’s words', async () => {
  const body = JSON.stringify({ kind: 'Status', code: 429, reason: 'TooManyRequests', message: 'too many of them' });
  const headers = { 'content-type': 'application/vnd.kubernetes.protobuf', 'retry-after': '40' };
  const refuse = () => Promise.resolve({ status: 429, headers, body });
  const clock = { now: () => 1_000_000, after: () => () => undefined, random: () => 0 };
  const { transport } = holdOff({ request: refuse } as unknown as Transport, clock);
  await transport.request({ method: 'GET', path: LIST });
  const held = await transport.stream({ method: 'GET', path: `${LIST}?watch=1` });
  const { error } = statusFailure(held.status, held.headers, await readAll(held));
  expect(error.cause).toContain('too many of them');
});
