import { expect, it } from 'vitest';
import { Failure } from '../../shared/errors';
import { listAs } from './list-as';
import type { KubeObject } from './objects';
import { PODS } from './resources';
import { failureOf } from './testing';
import type { Api } from './types';

const expired = () => new Failure({ code: 'GONE', message: 'too old', status: 410 });

/** Answers in turn: a page's names and the token of the next one, or a failure. */
function listOf(...answers: ([names: string, token?: string] | Failure)[]) {
  const asked: (string | null)[] = [];
  const raw = (_: string, path: string) => {
    asked.push(new URLSearchParams(path.split('?')[1]).get('continue'));
    const answer = answers.shift()!;
    if (answer instanceof Failure) return Promise.reject(answer);
    const items = answer[0].split(' ').map((name) => ({ metadata: { name } }));
    return Promise.resolve({ metadata: { continue: answer[1] }, items });
  };
  const list = (most = Infinity) =>
    listAs<KubeObject, string>({ raw } as unknown as Api, PODS, null, { limit: 2 }, (one) => one.metadata.name, most);
  return { list, asked };
}

it('an expired continue token begins the list anew: nothing is lost, and nothing double', async () => {
  const { list, asked } = listOf(['a b', 'one'], expired(), ['a b', 'two'], ['c']);
  expect(await list()).toEqual(['a', 'b', 'c']);
  expect(asked).toEqual([null, 'one', null, 'two']);
});

it('one that expires again is told: a list that no one finishes is not asked for without end', async () => {
  const { list, asked } = listOf(['a b', 'one'], expired(), ['a b', 'two'], expired());
  expect(await failureOf(list())).toMatchObject({ code: 'GONE' });
  expect(asked).toHaveLength(4);
});

it('of more than may be the rest is not asked for', async () => {
  const { list, asked } = listOf(['a b', 'one'], ['c d', 'two']);
  expect(await list(2)).toBeNull();
  expect(asked).toEqual([null]);
});
