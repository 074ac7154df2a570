import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';

const node = { target: 'node18.15', sourcemap: true, minify: true } as const;

/** One CommonJS build of main, its practice thread and preload that runs on the current Electron and on the development fallback. */
export default defineConfig({
  main: {
    build: {
      ...node,
      externalizeDeps: false,
      outDir: 'out/main',
      rollupOptions: {
        input: { main: 'electron/main.ts', practice: 'electron/practiceDesk/worker.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name].cjs' },
        external: ['electron', 'bufferutil', 'utf-8-validate'],
      },
    },
  },
  preload: {
    build: {
      ...node,
      externalizeDeps: false,
      outDir: 'out/preload',
      rollupOptions: {
        input: 'electron/preload.ts',
        output: { format: 'cjs', entryFileNames: 'preload.cjs' },
        external: ['electron'],
      },
    },
  },
  renderer: {
    root: 'renderer',
    build: {
      target: 'chrome114',
      minify: true,
      outDir: 'out/renderer',
      assetsInlineLimit: 0,
      rollupOptions: { input: 'renderer/index.html' },
    },
    plugins: [svelte()],
  },
});
