import { expect, it } from 'vitest';
import { settingsSchema } from '../shared/settings';
import { PRACTICE_ID, practiceByItself } from './practiceDesk';

const choice = (enabled: boolean) => ({ enabled, displayName: '', colour: null, namespaces: [] });
const settings = (contexts: Record<string, boolean>, byItself = true) =>
  settingsSchema.parse({
    practiceByItself: byItself,
    contexts: Object.fromEntries(Object.entries(contexts).map(([id, on]) => [id, choice(on)])),
  });

it('is on at the first start, and not where a real cluster is on already', () => {
  expect(practiceByItself(settings({}), false)).toEqual({ enabled: true });
  expect(practiceByItself(settings({ 'default#prod': true }), false)).toBe(null);
});

it('goes off once a real cluster is live, and not before', () => {
  const both = settings({ [PRACTICE_ID]: true, 'default#prod': true });
  expect(practiceByItself(both, false)).toBe(null);
  expect(practiceByItself(both, true)).toEqual({ enabled: false });
});

it('leaves the choice of the trader alone', () => {
  expect(practiceByItself(settings({ [PRACTICE_ID]: true, 'default#prod': true }, false), true)).toBe(null);
  expect(practiceByItself(settings({ [PRACTICE_ID]: false }, false), false)).toBe(null);
});
