import { defineConfig } from '@playwright/test';

/** Begun first, so that none of them is left to the end, and the one that wants every core runs while alerts wait. */
const LONG = /(alerts|editor|fifty|life|looks|main-job)\.e2e\.ts$/;

export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results',
  globalSetup: './global-setup.ts',
  timeout: 180_000,
  expect: { timeout: 20_000 },
  projects: [
    { name: 'long', testMatch: LONG },
    // These hardly wait: more of them at once than cores only slow each other down.
    { name: 'short', testMatch: '*.e2e.ts', testIgnore: LONG, workers: 2 },
  ],
  // How many workers: scripts/e2e.mjs. Real windows and containers on a shared machine: one more try, which the report names.
  retries: 1,
  reporter: [['list'], ['json', { outputFile: process.env.HD_E2E_REPORT ?? '../../out/test/e2e.json' }]],
});
