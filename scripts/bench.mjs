// @ts-check
import { ensureModules } from './lib/modules.mjs';

await ensureModules();
const { bench } = await import('../test/bench/bench.mjs');
process.exit(await bench(process.argv.slice(2)));
