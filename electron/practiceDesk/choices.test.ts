import { expect, it } from 'vitest';
import { settingsSchema } from '../../shared/settings';
import { arranged, practiceByItself } from './choices';
import { practiceId } from './contexts';

const choice = (enabled: boolean) => ({ enabled, displayName: '', colour: null, namespaces: [] });
const settings = (contexts: Record<string, boolean>, byItself = true, clusters = 1) =>
  settingsSchema.parse({
    practiceByItself: byItself,
    practice: { clusters, bots: 0 },
    contexts: Object.fromEntries(Object.entries(contexts).map(([id, on]) => [id, choice(on)])),
  });
const [one, two, three] = [practiceId(1), practiceId(2), practiceId(3)];

it('is on at the first start, and not where a real cluster is on already', () => {
  expect(practiceByItself(settings({}), false)).toEqual({ ids: [one], enabled: true });
  expect(practiceByItself(settings({}, true, 2), false)).toEqual({ ids: [one, two], enabled: true });
  expect(practiceByItself(settings({ 'default#prod': true }), false)).toBe(null);
});

it('goes off once a real cluster is live, all of it, and not before', () => {
  const both = settings({ [one]: true, [two]: false, [three]: true, 'default#prod': true }, true, 3);
  expect(practiceByItself(both, false)).toBe(null);
  expect(practiceByItself(both, true)).toEqual({ ids: [one, three], enabled: false });
});

it('leaves the choice of the trader alone', () => {
  expect(practiceByItself(settings({ [one]: true, 'default#prod': true }, false), true)).toBe(null);
  expect(practiceByItself(settings({ [one]: false }, false), false)).toBe(null);
});

it('turns new practice clusters on where one is on, and forgets what is one too many', () => {
  const before = settings({ [one]: true, 'default#prod': true });
  const more = arranged(before, { clusters: 3, bots: 20 });
  expect(more).toEqual({
    patch: { practice: { clusters: 3, bots: 20 }, contexts: before.contexts },
    turnOn: [two, three],
  });
  expect(arranged(settings({ [one]: false, 'default#prod': true }), { clusters: 3, bots: 0 }).turnOn).toEqual([]);
  const fewer = arranged(settings({ [one]: true, [three]: true, 'default#prod': true }, true, 3), {
    clusters: 2,
    bots: 0,
  });
  expect(Object.keys(fewer.patch.contexts!)).toEqual([one, 'default#prod']);
  expect(fewer.turnOn).toEqual([]);
});
