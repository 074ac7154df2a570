// @ts-check
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { unpackedFallback } from './lib/runtime.mjs';
import { root, run, say } from './lib/run.mjs';
import { build, setUp } from './lib/setup.mjs';

const builder = join(root, 'node_modules/electron-builder/cli.js');

/**
 * Installers where the official Electron is at hand; else an unpacked test build on the development runtime, which must never be given away.
 * `--unpacked`: no installers.
 */
const runtime = await setUp();
await build();
const unpacked = process.argv.includes('--unpacked') ? ['--dir'] : [];
const release = () => run(process.execPath, [builder, '--publish', 'never', ...unpacked]);
process.exit(runtime.kind === 'official' ? await release() : await testBuild());

async function testBuild() {
  const out = join(root, 'dist', 'test-build');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(root, 'dist'), { recursive: true });
  const base = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8'));
  // The old runtime has no such fuse; asking for it fails the build.
  delete base.electronFuses.grantFileProtocolExtraPrivileges;
  const config = {
    ...base,
    productName: 'Hummingdeck test build',
    appId: 'io.hummingdeck.testbuild',
    executableName: 'hummingdeck-test-build',
    electronVersion: '25.1.1',
    electronDist: unpackedFallback(),
    directories: { output: out, buildResources: 'resources' },
    extraMetadata: { hummingdeckTestBuild: true },
  };
  const file = join(root, 'dist', 'test-build.json');
  writeFileSync(file, JSON.stringify(config, null, 2));
  const code = await run(process.execPath, [
    builder,
    '--linux',
    'dir',
    '--x64',
    '--publish',
    'never',
    '--config',
    file,
  ]);
  if (code !== 0) return code;
  const words =
    'A test build of Hummingdeck on a development runtime (Electron 25.1.1). It refuses real clusters. Do not give it to anyone.\n';
  writeFileSync(join(out, 'linux-unpacked', 'TEST-BUILD.txt'), words);
  say(
    'made an unpacked test build in dist/test-build; the installers need the official Electron, which could not be downloaded here',
  );
  return 0;
}
