import { expect, it } from 'vitest';
import { createApi } from './api';
import { systemClock } from './clock';
import { pod } from './reflector-testing';
import { PODS } from './resources';
import { failureOf } from './testing';
import type { Transport, TransportRequest } from './transport';

it('a list of which most is too much keeps what is asked for, and ends with the page that is one too many', async () => {
  const asked: string[] = [];
  const request = ({ path }: TransportRequest) => {
    asked.push(path);
    const at = asked.length;
    const metadata = { resourceVersion: '7', continue: at < 5 ? `page-${at}` : undefined };
    const body = JSON.stringify({ metadata, items: [pod(`a-${at}`, 1), pod(`b-${at}`, 1)] });
    return Promise.resolve({ status: 200, headers: {}, body });
  };
  const api = createApi({ request } as unknown as Transport, { clock: systemClock });
  const keep = ({ metadata }: { metadata: { name: string } }) => metadata.name;
  const cut = await api.list(PODS, null, { limit: 2 }, { keep, most: 3 });
  expect(cut).toEqual({ items: ['a-1', 'b-1', 'a-2', 'b-2'], resourceVersion: '7', more: true });
  expect(asked).toEqual(['/api/v1/pods?limit=2', '/api/v1/pods?limit=2&continue=page-1']);
  const rest = await api.list(PODS, null, {}, { keep, most: 6 });
  expect(rest).toMatchObject({ items: ['a-3', 'b-3', 'a-4', 'b-4', 'a-5', 'b-5'], more: false });
});

/** Answers in turn: a page's names and the token of the next one, or null: that the token expired. */
function pages(...answers: ([names: string, token?: string] | null)[]) {
  const asked: (string | null)[] = [];
  const request = ({ path }: TransportRequest) => {
    asked.push(new URLSearchParams(path.split('?')[1]).get('continue'));
    const page = answers.shift()!;
    const body = page
      ? { metadata: { resourceVersion: '7', continue: page[1] }, items: page[0].split(' ').map((name) => pod(name, 1)) }
      : { kind: 'Status', reason: 'Expired', code: 410 };
    return Promise.resolve({ status: page ? 200 : 410, headers: {}, body: JSON.stringify(body) });
  };
  const api = createApi({ request } as unknown as Transport, { clock: systemClock });
  const list = () => api.list(PODS, null, { limit: 2 }, { keep: ({ metadata }) => metadata.name });
  return { list, asked };
}

it('an expired continue token begins the list anew: nothing is lost, and nothing double', async () => {
  const { list, asked } = pages(['a b', 'one'], null, ['a b', 'two'], ['c']);
  expect((await list()).items).toEqual(['a', 'b', 'c']);
  expect(asked).toEqual([null, 'one', null, 'two']);
});

it('one that expires again is told: a list that no one finishes is not asked for without end', async () => {
  const { list, asked } = pages(['a b', 'one'], null, ['a b', 'two'], null);
  expect(await failureOf(list())).toMatchObject({ code: 'GONE' });
  expect(asked).toHaveLength(4);
});
