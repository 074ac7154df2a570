import { expect, it } from 'vitest';
import { holdOff } from './hold-off';
import type { Transport, TransportRequest } from './transport';

const LIST = '/api/v1/pods';

/** A line whose server answers with `status` and asks to wait so many seconds; what was asked over it. */
function lineOf(answer: { status: number; wait?: string }) {
  const asked: string[] = [];
  let now = 1_000_000;
  const request = ({ method, path }: TransportRequest) => {
    asked.push(`${method} ${path}`);
    const headers: Record<string, string> = answer.wait === undefined ? {} : { 'retry-after': answer.wait };
    return Promise.resolve({ status: answer.status, headers, body: 'busy' });
  };
  const clock = { now: () => now, after: () => () => undefined, random: () => 0 };
  const { transport, lift } = holdOff({ request } as unknown as Transport, clock);
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
