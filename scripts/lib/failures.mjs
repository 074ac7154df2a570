// @ts-check
import { relative } from 'node:path';

/**
 * What went wrong in a run, out of the reports of vitest and Playwright.
 * @typedef {{ project: string, file: string, name: string, message: string }} Broken `message` is one line
 * @typedef {{ failed: Broken[], second: Broken[] }} Trouble `second`: what passed only at the second try, with the first try's message
 */

/** The first line that says something, without colours. @param {string | undefined} text */
export function firstLine(text) {
  const plain = (text ?? '').replace(/\u001b\[[0-9;]*m/g, '');
  return (plain.split('\n').find((line) => line.trim() !== '') ?? 'no message').trim();
}

/** @param {string} project @param {any} report vitest's JSON @param {string} root @returns {Trouble} */
export function vitestTrouble(project, report, root) {
  /** @type {Trouble} */
  const trouble = { failed: [], second: [] };
  for (const module of report.testResults) {
    const file = relative(root, module.name);
    const before = trouble.failed.length;
    for (const test of module.assertionResults) {
      const one = { project, file, name: test.fullName, message: firstLine(test.failureMessages[0]) };
      if (test.status === 'failed') trouble.failed.push(one);
      else if (test.status !== 'passed')
        trouble.failed.push({ ...one, message: 'it did not run: skipped, or what comes before it failed' });
      // Vitest names no tries; a test that passed keeps the errors of the tries before.
      else if (test.failureMessages.length > 0) trouble.second.push(one);
    }
    if (module.status === 'failed' && trouble.failed.length === before)
      trouble.failed.push({ project, file, name: '(the file itself)', message: firstLine(module.message) });
  }
  return trouble;
}

/** @param {string} project @param {any} report Playwright's JSON @returns {Trouble} */
export function playwrightTrouble(project, report) {
  /** @type {Trouble} */
  const trouble = { failed: [], second: [] };
  /** @param {any} suite @param {string[]} above titles of the groups around */
  const walk = (suite, above) => {
    for (const spec of suite.specs ?? [])
      for (const test of spec.tests) {
        const bad = test.results.find((/** @type {any} */ each) => each.error ?? each.errors?.[0]);
        const message = firstLine((bad?.error ?? bad?.errors?.[0])?.message);
        const one = { project, file: `${spec.file}:${spec.line}`, name: [...above, spec.title].join(' › '), message };
        if (test.status === 'unexpected') trouble.failed.push(one);
        else if (test.status === 'skipped') trouble.failed.push({ ...one, message: 'it did not run' });
        else if (test.status === 'flaky') trouble.second.push(one);
      }
    for (const inner of suite.suites ?? []) walk(inner, [...above, inner.title]);
  };
  for (const suite of report.suites ?? []) walk(suite, []);
  for (const error of report.errors ?? [])
    trouble.failed.push({ project, file: '', name: '(outside of tests)', message: firstLine(error.message) });
  return trouble;
}

/** @param {string} said what scripts/check.mjs printed @returns {Trouble} */
export function checkTrouble(said) {
  const parts = said.split(/^(?=FAILED {2}|ok {6})/m).filter((part) => part.startsWith('FAILED'));
  return {
    failed: parts.map((part) => {
      const [name = '', ...lines] = part.replace(/^FAILED +/, '').split('\n');
      const telling = lines.find((line) => /error|warn|unused|✖/i.test(line)) ?? lines.join('\n');
      return { project: 'check', file: '', name, message: firstLine(telling) };
    }),
    second: [],
  };
}

/** @param {string} said what scripts/record.mjs --check printed @returns {Trouble} */
export function requestsTrouble(said) {
  const news = said.match(/(a new request: |new in ).*/g) ?? [];
  return {
    failed: news.map((message) => ({ project: 'requests', file: '', name: 'no recording covers it', message })),
    second: [],
  };
}

/** One line a test, to stand at the end of the run where a cut log still shows it. @param {Trouble} trouble @returns {string[]} */
export function troubleLines({ failed, second }) {
  /** @param {Broken} one */
  const line = ({ project, file, name, message }) =>
    [project, file, name].filter((part) => part !== '').join(' | ') + `: ${message}`;
  return [
    ...(failed.length > 0 ? ['Failed:', ...failed.map((one) => `  ${line(one)}`)] : []),
    ...(second.length > 0 ? ['Passed only at the second try:', ...second.map((one) => `  ${line(one)}`)] : []),
  ];
}
