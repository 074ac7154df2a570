import { expect, test } from 'vitest';
import { changedMeanwhile, changedPaths, issuesIn, mineOnTheirs, withText } from './files';

const base = [
  { path: 'strategies/eth-1.yml', text: 'bid_spread: 1 # mine\n' },
  { path: 'conf_client.yml', text: 'a: 1\n' },
];

test('changing back to the saved text is no change', () => {
  const edited = withText(base, 'conf_client.yml', 'a: 2\n');
  expect(changedPaths(base, edited)).toEqual(['conf_client.yml']);
  expect(changedPaths(base, withText(edited, 'conf_client.yml', 'a: 1\n'))).toEqual([]);
});

test('keeping mine does not undo what they changed in a file I never touched', () => {
  const mine = withText(base, 'strategies/eth-1.yml', 'bid_spread: 2\n');
  const theirs = [
    { path: 'strategies/eth-1.yml', text: 'bid_spread: 3\n' },
    { path: 'conf_client.yml', text: 'a: 9\n' },
    { path: 'new.yml', text: 'x: 1\n' },
  ];
  expect(mineOnTheirs(base, mine, theirs)).toEqual([
    { path: 'strategies/eth-1.yml', text: 'bid_spread: 2\n' },
    { path: 'conf_client.yml', text: 'a: 9\n' },
    { path: 'new.yml', text: 'x: 1\n' },
  ]);
});

test('a file of mine that they removed is kept when I changed it, and gone when I did not', () => {
  const mine = withText(base, 'strategies/eth-1.yml', 'bid_spread: 2\n');
  expect(mineOnTheirs(base, mine, [base[1]!]).map((file) => file.path)).toEqual([
    'conf_client.yml',
    'strategies/eth-1.yml',
  ]);
  expect(mineOnTheirs(base, mine, [base[0]!])).toEqual([mine[0]]);
});

test('a version saved elsewhere is noticed from the row, pending or in effect', () => {
  expect(changedMeanwhile({ base: 'c-1' }, { configName: 'c-1', pendingConfig: '' })).toBe(false);
  expect(changedMeanwhile({ base: 'c-1' }, { configName: 'c-1', pendingConfig: 'c-2' })).toBe(true);
  expect(changedMeanwhile({ base: 'c-2' }, { configName: 'c-1', pendingConfig: 'c-2' })).toBe(false);
  expect(changedMeanwhile({ base: 'c-1' }, { configName: 'c-2', pendingConfig: '' })).toBe(true);
  expect(changedMeanwhile({ base: 'c-1' }, { configName: '', pendingConfig: '' })).toBe(false);
});

test('each file gets its own issues', () => {
  const issue = (field: string) => ({ field, severity: 'error' as const, message: field });
  expect(issuesIn([issue('a.yml'), issue('b.yml')], 'b.yml')).toEqual([issue('b.yml')]);
});
