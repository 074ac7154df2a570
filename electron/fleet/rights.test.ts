import { expect, it } from 'vitest';
import { handClock } from '../cluster/testing';
import type { Api } from '../cluster/types';
import { newHealth, type Feed } from './feed';
import { followRights } from './rights';

function refusedFeed() {
  let kicks = 0;
  const error = { code: 'FORBIDDEN' as const, message: 'no' };
  const health = { ...newHealth(), error, lasting: true };
  return { feed: { health, kick: () => kicks++, dispose: () => undefined } as Feed, kicks: () => kicks };
}
const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

it('rounds never overlap, and what came right while it waited for its turn is not asked again', async () => {
  const { clock, pass } = handClock();
  const turns: (() => void)[] = [];
  const [first, second] = [refusedFeed(), refusedFeed()];
  const rights = followRights({
    ...{ api: {} as Api, clock, live: () => true, onChange: () => undefined, elsewhere: () => [] },
    spare: {
      turn: () => new Promise((resolve) => turns.push(resolve)),
      soon: () => Promise.resolve(),
      spend: () => undefined,
      dispose: () => undefined,
    },
    feeds: () => [first.feed, second.feed],
  });
  pass(3_600_000);
  await settle();
  expect(turns).toHaveLength(1);
  turns[0]!();
  await settle();
  expect(first.kicks()).toBe(1);
  first.feed.health.lasting = second.feed.health.lasting = false;
  turns[1]!();
  await settle();
  expect(second.kicks()).toBe(0);
  second.feed.health.lasting = true;
  pass(700_000);
  await settle();
  expect(turns).toHaveLength(3);
  rights.dispose();
});
