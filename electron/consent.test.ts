import { expect, it } from 'vitest';
import { createConsentDesk } from './consent';

const question = { contextName: 'prod', command: 'aws eks get-token', path: '/home/t/.kube/config' };

it('keeps a question open until the trader answers it, and answers only that one', async () => {
  let id = 0;
  const seen: number[] = [];
  const desk = createConsentDesk(
    () => `q${++id}`,
    (waiting) => seen.push(waiting.length),
  );
  const first = desk.ask(question);
  const second = desk.ask({ ...question, contextName: 'test' });
  desk.answer('q2', true);
  expect(await second).toBe(true);
  expect(desk.waiting().map((request) => request.contextName)).toEqual(['prod']);
  desk.answer('unknown', true);
  desk.answer('q1', false);
  expect(await first).toBe(false);
  expect(seen).toEqual([1, 2, 1, 0]);
});
