// @ts-check
import { ensureDisplay } from './lib/display.mjs';
import { run, say } from './lib/run.mjs';
import { build, setUp } from './lib/setup.mjs';

const runtime = await setUp();
await build();
const display = await ensureDisplay();
if (display.virtual) {
  say('running the tour; its pictures go to out/tour');
  const { tour } = await import('./tour.mjs');
  const code = await tour('out/tour', display.env);
  display.stop();
  process.exit(code);
}
const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
process.exit(await run(runtime.executable, [...runtime.appArgs, ...sandbox, ...process.argv.slice(2)]));
