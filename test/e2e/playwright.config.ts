import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: '*.e2e.ts',
  outputDir: '../../test-results',
  globalSetup: './global-setup.ts',
  timeout: 180_000,
  expect: { timeout: 20_000 },
  // How many workers: scripts/e2e.mjs.
  // Real windows and containers on a shared machine: one more try, which the report names.
  retries: 1,
  reporter: [['list'], ['json', { outputFile: process.env.HD_E2E_REPORT ?? '../../out/test/e2e.json' }]],
});
