import { expect, it } from 'vitest';
import type { Event } from '../cluster/objects';
import { since } from './events';

const meta = { name: 'x', uid: 'u', resourceVersion: '1', creationTimestamp: '' };

it("does not take an earlier start's troubles for new ones", () => {
  const event = (uid: string, count: number): Event => ({ metadata: { ...meta, uid }, involvedObject: {}, count });
  expect(
    since([event('a', 1), event('b', 5), event('c', 1)], [event('a', 1), event('b', 4)]).map((one) => one.metadata.uid),
  ).toEqual(['b', 'c']);
});
