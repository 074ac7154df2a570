import { expect, test } from 'vitest';
import {
  checkTrouble,
  firstLine,
  playwrightTrouble,
  requestsTrouble,
  troubleLines,
  vitestTrouble,
} from './failures.mjs';

const passed = { fullName: 'a good one', status: 'passed', failureMessages: [] };

test('a run in which all passed at once says nothing more', () => {
  const good = { testResults: [{ name: '/r/a.test.ts', status: 'passed', message: '', assertionResults: [passed] }] };
  expect(vitestTrouble('unit', good, '/r')).toEqual({ failed: [], second: [] });
  expect(troubleLines({ failed: [], second: [] })).toEqual([]);
});

test('of vitest every failed test, every one that did not run, and every second try is named', () => {
  const bad = { fullName: 'a b', status: 'failed', failureMessages: ['Error: oh\n  at x', 'Error: oh again'] };
  const later = { fullName: 'a c', status: 'passed', failureMessages: ['Error: first try\n  at x'] };
  const never = { fullName: 'a d', status: 'skipped', failureMessages: [] };
  const module = { name: '/r/test/a.test.ts', status: 'failed', message: '' };
  const report = { testResults: [{ ...module, assertionResults: [passed, bad, later, never] }] };
  expect(troubleLines(vitestTrouble('cluster', report, '/r'))).toEqual([
    'Failed:',
    '  cluster | test/a.test.ts | a b: Error: oh',
    '  cluster | test/a.test.ts | a d: it did not run: skipped, or what comes before it failed',
    'Passed only at the second try:',
    '  cluster | test/a.test.ts | a c: Error: first try',
  ]);
});

test('a file that could not even be read is named with its reason', () => {
  const report = {
    testResults: [{ name: '/r/a.test.ts', status: 'failed', message: 'no module x\nat y', assertionResults: [] }],
  };
  expect(troubleLines(vitestTrouble('unit', report, '/r'))).toEqual([
    'Failed:',
    '  unit | a.test.ts | (the file itself): no module x',
  ]);
});

test('of Playwright every failed and second-try test is named, also within groups, and errors outside of tests', () => {
  const error = { message: '\u001b[31mError: expected\u001b[39m\n\nmore' };
  const spec = (title: string, status: string, results: object[]) => ({
    ...{ title, file: 'a.e2e.ts', line: 3 },
    tests: [{ status, results }],
  });
  const report = {
    suites: [
      {
        title: 'a.e2e.ts',
        specs: [spec('one', 'expected', [{}]), spec('two', 'flaky', [{ error, errors: [error] }, {}])],
        suites: [{ title: 'group', specs: [spec('three', 'unexpected', [{ errors: [error] }])] }],
      },
    ],
    errors: [{ message: 'no cluster' }],
  };
  expect(troubleLines(playwrightTrouble('e2e', report))).toEqual([
    'Failed:',
    '  e2e | a.e2e.ts:3 | group › three: Error: expected',
    '  e2e | (outside of tests): no cluster',
    'Passed only at the second try:',
    '  e2e | a.e2e.ts:3 | two: Error: expected',
  ]);
});

test('a message that begins with empty lines still says something', () => {
  expect(firstLine('\n  \nwords')).toBe('words');
  expect(firstLine(undefined)).toBe('no message');
});

test('of the checks each that failed is named with what it found first, and each request without a recording', () => {
  const said =
    'ok      types\nFAILED  lint\n\n/r/a.ts\n  1:1  error  no\n\nok      rooms\nFAILED  format\na.ts\n3 passed, 2 failed\n';
  expect(troubleLines(checkTrouble(said))).toEqual([
    'Failed:',
    '  check | lint: 1:1  error  no',
    '  check | format: a.ts',
  ]);
  expect(
    troubleLines(requestsTrouble('hummingdeck: a new request: GET /x\nhummingdeck: Record what is new\n')),
  ).toEqual(['Failed:', '  requests | no recording covers it: a new request: GET /x']);
});
