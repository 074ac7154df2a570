// @ts-check
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { ensureDisplay } from '../../scripts/lib/display.mjs';
import { root, say } from '../../scripts/lib/run.mjs';
import { bareRuntime } from '../../scripts/lib/runtime.mjs';
import { build, setUp } from '../../scripts/lib/setup.mjs';
import { changes } from './changes.mjs';
import { connect500 } from './connect.mjs';
import { fleet } from './fleet.mjs';
import { growth } from './growth.mjs';
import { launch } from './launch.mjs';
import { lists } from './lists.mjs';
import { practice } from './practice.mjs';

/**
 * @typedef {object} Ground
 * @property {import('../../scripts/lib/runtime.mjs').Runtime} runtime runs this repository's build
 * @property {import('../../scripts/lib/runtime.mjs').Runtime} bare the same Electron with an empty app
 * @property {Record<string, string>} env
 */

const BENCHES = { launch, connect: connect500, practice, lists, fleet, growth, changes };
/** Takes a quarter of an hour: runs where it is named, and in the long suite. */
const LONG = 'changes';

/** @param {string[]} names which benches; all when empty @returns {Promise<number>} exit code */
export async function bench(names) {
  const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name));
  if (unknown.length) {
    console.error(`no such bench: ${unknown.join(', ')}; there are: ${Object.keys(BENCHES).join(', ')}`);
    return 1;
  }
  const runtime = await setUp();
  await build();
  const display = await ensureDisplay();
  const ground = {
    runtime,
    bare: bareRuntime(runtime, join(root, 'test/bench/bare')),
    env: { DISPLAY: process.env.DISPLAY ?? '', ...display.env, HUMMINGDECK_ALLOW_REAL_CLUSTERS: 'tests-only' },
  };
  /** @type {import('./measure.mjs').Figure[]} */
  const figures = [];
  try {
    for (const [name, run] of Object.entries(BENCHES)) {
      if (names.length ? !names.includes(name) : name === LONG && !process.env.HD_LONG) continue;
      say(`bench ${name}`);
      figures.push(...(await run(ground)));
    }
  } finally {
    display.stop();
  }
  print(figures);
  mkdirSync(join(root, 'out'), { recursive: true });
  const machine = { cores: cpus().length, cpu: cpus()[0]?.model, runtime: runtime.kind };
  writeFileSync(join(root, 'out', 'bench.json'), JSON.stringify({ machine, figures }, null, 2));
  return 0;
}

/** @param {import('./measure.mjs').Figure[]} figures */
function print(figures) {
  const rows = figures.map((one) => [
    one.name,
    `${one.value.toFixed(0)} ${one.unit}`,
    `${one.against}: ${one.other}`,
    `${one.otherValue.toFixed(0)} ${one.unit}`,
    one.ratio.toFixed(2),
  ]);
  const table = [['figure', 'value', 'beside', 'its value', 'ratio'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  for (const row of table) console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
}
