import { expect, it } from 'vitest';
import { contract } from '.';

const change = (input: unknown) => contract['settings.patch'].input.safeParse(input);

it('a change of one setting sets no other one back', () => {
  expect(change({ theme: 'dark' }).data).toEqual({ theme: 'dark' });
  expect(change({ tour: 'taken' }).data).toEqual({ tour: 'taken' });
  expect(change({ detail: false }).data).toEqual({ detail: false });
  expect(change({ sort: { key: 'age', descending: true } }).data).toEqual({ sort: { key: 'age', descending: true } });
});

it('a setting that is none is refused, and what the page has no business with is left out', () => {
  expect(change({ theme: 'pink' }).success).toBe(false);
  expect(change({ allowedCommands: ['rm'], practiceByItself: true }).data).toEqual({});
});
