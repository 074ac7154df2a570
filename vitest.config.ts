import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const long = { testTimeout: 180_000, hookTimeout: 900_000 };

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [svelte()],
        test: {
          name: 'unit',
          include: ['{electron,renderer,shared,scripts,test/recordings}/**/*.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'cluster',
          include: ['test/{cluster,integration}/**/*.test.ts'],
          globalSetup: ['test/integration/global-setup.ts'],
          setupFiles: ['test/integration/recorder.ts'],
          fileParallelism: false,
          // Real containers on a shared machine: one more try, which the report names.
          retry: 1,
          ...long,
        },
      },
    ],
  },
});
