import { expect, it } from 'vitest';
import { Failure, type AppError } from '../../shared/errors';
import { ANNOTATION } from '../bot/format';
import { givenUpOf, givenUpText, withGivenUp } from '../bot/givenUp';
import { workloadOf } from '../bot/testObjects';
import type { Api } from '../cluster/types';
import { stillUnseen } from './givenUp';
import type { Site } from './site';
import { leapingClock } from './testing';

const NOW = Date.UTC(2026, 1, 24, 22);
const HOUR = 3_600_000;
type Answer = AppError['code'] | { status: string; since: number };
const back: Answer = { status: 'True', since: NOW - HOUR };

/** A cluster that says this of its nodes. */
const siteOf = (nodes: Record<string, Answer>): Site => ({
  ...{ clusterId: 'c', name: 'Frankfurt', namespaces: null, skewMs: 0, verify: () => Promise.resolve() },
  api: {
    get: async (_: unknown, __: unknown, name: string) => {
      const answer = nodes[name] ?? 'NOT_FOUND';
      if (typeof answer === 'string') throw new Failure({ code: answer, message: 'No.' });
      const lastTransitionTime = new Date(answer.since).toISOString();
      return { status: { conditions: [{ type: 'Ready', status: answer.status, lastTransitionTime }] } };
    },
  } as unknown as Api,
});
const lost = (node: string) => ({ uid: `pod-on-${node}`, node, at: NOW - 2 * HOUR });
async function givenUp(text: string) {
  const workload = await workloadOf({ replicas: 0 });
  workload.metadata.annotations = { ...workload.metadata.annotations, [ANNOTATION.givenUp]: text };
  return workload;
}
const both = () => givenUp(givenUpText([lost('a'), lost('b')]));
const unseen = async (nodes: Record<string, Answer>) =>
  (await stillUnseen(siteOf(nodes), await both(), leapingClock(NOW)))?.node ?? null;

it('remembers each pod that was given up, one after another, and none twice', async () => {
  const first = withGivenUp([], lost('a'));
  const text = givenUpText(withGivenUp(withGivenUp(first, lost('b')), { ...lost('a'), at: NOW }));
  expect(givenUpOf(await givenUp(text))).toEqual([lost('a'), lost('b')]);
  expect(givenUpOf(await givenUp(JSON.stringify(lost('a'))))).toEqual([lost('a')]);
  // Something was given up, nobody knows where.
  expect(givenUpOf(await givenUp('{'))).toEqual([{ uid: '', node: '', at: 0 }]);
});

it('warns while one of them is not proven over', async () => {
  expect(await unseen({ a: back, b: { status: 'Unknown', since: NOW - HOUR } })).toBe('b');
  expect(await unseen({ a: { status: 'True', since: NOW - 20_000 }, b: back })).toBe('a');
});

it.each(['FORBIDDEN', 'TIMEOUT', 'UNREACHABLE', 'SERVER'] as const)(
  'takes no %s for a node that is fine',
  async (code) => {
    expect(await unseen({ a: back, b: code })).toBe('b');
  },
);

it('is over when each node is gone, or has answered for long enough', async () => {
  expect(await unseen({})).toBeNull();
  expect(await unseen({ a: back })).toBeNull();
});
