import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Every integration test file notes what the app asks of real servers while it runs (test/recordings). */
const root = join(import.meta.dirname, '../..');
const { record } = createRequire(import.meta.url)('../recordings/recorder.cjs') as { record(dir: string): void };
record(join(root, 'out/test/requests'));
