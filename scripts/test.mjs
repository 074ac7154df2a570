// @ts-check
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkTrouble,
  firstLine,
  playwrightTrouble,
  requestsTrouble,
  troubleLines,
  vitestTrouble,
} from './lib/failures.mjs';
import { heard, root, run, say } from './lib/run.mjs';
import { build, setUp } from './lib/setup.mjs';

/**
 * All that CI runs: checks, unit tests, then integration and end to end on a few real clusters, one for each worker. Ends with every test that failed
 * or passed only at the second try, and one line over everything: logs are often cut to their end.
 */
const reports = join(root, 'out', 'test');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
let passed = 0;
let failed = 0;
/** @type {import('./lib/failures.mjs').Trouble} */
const trouble = { failed: [], second: [] };

/** @param {import('./lib/failures.mjs').Trouble} more */
function note(more) {
  trouble.failed.push(...more.failed);
  trouble.second.push(...more.second);
}

/** @param {string} name @param {() => Promise<{ passed: number, failed: number }>} part */
async function part(name, part) {
  const began = Date.now();
  const named = trouble.failed.length;
  let result = { passed: 0, failed: 1 };
  let message = 'it failed as a whole: see above';
  try {
    result = await part();
  } catch (error) {
    console.error(error);
    message = firstLine(String(error));
  }
  if (result.failed > 0 && trouble.failed.length === named)
    note({ failed: [{ project: name, file: '', name: '(the part itself)', message }], second: [] });
  passed += result.passed;
  failed += result.failed;
  say(`${name}: ${result.passed} passed, ${result.failed} failed, ${Math.round((Date.now() - began) / 1000)} s`);
}

/** @param {string} project @param {NodeJS.ProcessEnv} [env] */
async function vitest(project, env = {}) {
  const file = join(reports, `${project}.json`);
  const cli = join(root, 'node_modules/vitest/vitest.mjs');
  const args = ['run', '--project', project, '--reporter', 'default', '--reporter', 'json', '--outputFile.json', file];
  const code = await run(process.execPath, [cli, ...args], { env: { ...process.env, ...env } });
  const report = JSON.parse(readFileSync(file, 'utf8'));
  note(vitestTrouble(project, report, root));
  const broken = report.numFailedTests + report.numPendingTests + report.numTodoTests;
  return { passed: report.numPassedTests, failed: broken || (code === 0 ? 0 : 1) };
}

/** @param {NodeJS.ProcessEnv} env */
async function e2e(env) {
  const file = join(reports, 'e2e.json');
  const code = await run(process.execPath, [join(root, 'scripts/e2e.mjs')], {
    env: { ...process.env, ...env, HD_E2E_REPORT: file },
  });
  const report = JSON.parse(readFileSync(file, 'utf8'));
  note(playwrightTrouble('e2e', report));
  const { stats } = report;
  const broken = stats.unexpected + stats.skipped;
  return { passed: stats.expected + stats.flaky, failed: broken || (code === 0 ? 0 : 1) };
}

async function check() {
  const { code, said } = await heard(process.execPath, [join(root, 'scripts/check.mjs')]);
  note(checkTrouble(said));
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Every request that this run saw the app send is covered by the recording that the practice cluster is held to. */
async function requests() {
  const { code, said } = await heard(process.execPath, [join(root, 'scripts/record.mjs'), '--check']);
  note(requestsTrouble(said));
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** What comes before and after the tests: where it fails, that is one failure, and the last line stands all the same. @param {() => Promise<void>} run */
async function ground(run) {
  try {
    await run();
  } catch (error) {
    console.error(error);
    failed++;
    note({
      failed: [{ project: 'ground', file: '', name: '(around the tests)', message: firstLine(String(error)) }],
      second: [],
    });
  }
}

await ground(async () => {
  await setUp();
  await part('check', check);
  await part('unit', () => vitest('unit'));
  await build();
  const { clustersFor, WORKERS } = await import('../test/cluster/several.mjs');
  const { files, end } = await clustersFor(WORKERS, say);
  try {
    const env = { HD_TEST_CLUSTER: files };
    await part('cluster', () => vitest('cluster', env));
    await part('e2e', () => e2e(env));
    await part('requests', requests);
  } finally {
    await end();
  }
});
for (const line of troubleLines(trouble)) console.log(line);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
