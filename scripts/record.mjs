// @ts-check
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { merged, readObserved, uncovered } from '../test/recordings/recording.mjs';
import { root, say } from './lib/run.mjs';

/**
 * The requests that the last integration and e2e runs saw the app send, against the committed recording. Takes into it what is new;
 * `--check` only compares, `--whole` drops what the last runs did not see (after all of them).
 */
const file = join(root, 'test/recordings/requests.json');
const observed = readObserved(join(root, 'out/test/requests'));
/** @type {import('../test/recordings/recording.mjs').Recording} */
const recording = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { requests: [], answers: {} };
const news = uncovered(recording, observed);
const asked = new Set(observed.exchanges.map(({ shape, kind }) => `${shape} ${kind ?? ''}`)).size;
for (const line of news) say(line);
if (process.argv.includes('--check')) {
  if (asked === 0) say('nothing was noted: run the integration or e2e tests first');
  else if (news.length > 0) say('Record what is new by: npm run record, then look at what the replay says of it.');
  else say(`${asked} requests observed, all covered by test/recordings/requests.json`);
  process.exit(asked === 0 || news.length > 0 ? 1 : 0);
}
const next = merged(recording, observed, { whole: process.argv.includes('--whole') });
writeFileSync(file, `${JSON.stringify(next, null, 1)}\n`);
say(`${next.requests.length} requests recorded, ${news.length} changes`);
