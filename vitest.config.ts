import { basename } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { namedClusters, WORKERS } from './test/cluster/several.mjs';

const long = { testTimeout: 180_000, hookTimeout: 900_000 };

/** Files that take longest, to begin with: one begun last would leave the other workers idle. */
const LONGEST = ['operations', 'alerts', 'readings', 'terminals', 'ground', 'budget', 'bot', 'awake', 'silent'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.indexOf(basename(moduleId, '.test.ts'));
      return at < 0 || !/test.(integration|cluster)/.test(moduleId) ? LONGEST.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        plugins: [svelte()],
        test: {
          name: 'unit',
          include: ['{electron,renderer,shared,scripts,test/recordings}/**/*.test.ts'],
          // One core less is Vitest's own choice: of two that is half.
          maxWorkers: '100%',
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'cluster',
          include: ['test/{cluster,integration}/**/*.test.ts'],
          globalSetup: ['test/integration/global-setup.ts'],
          setupFiles: ['test/integration/recorder.ts'],
          // A cluster for each worker; after the unit tests, which want every core.
          maxWorkers: namedClusters().length || WORKERS,
          sequence: { groupOrder: 1 },
          // Real containers on a shared machine: one more try, which the report names.
          retry: 1,
          ...long,
        },
      },
    ],
  },
});
