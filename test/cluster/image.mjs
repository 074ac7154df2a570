// The stand-in image: a small Debian userland with Python below, the bot of bot/ above; an archive that `ctr images import` takes.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { binariesFolder, ensureBinaries } from './binaries.mjs';
import { debianRelease, makeUserland, userlandRecipe } from './userland.mjs';
import { cacheRoot, locked, run, writeWhole } from './process.mjs';

const bot = fileURLToPath(new URL('bot', import.meta.url));
const home = 'home/hummingbot';

/** The images, all of the same files. The last one behaves like the years before 2.x, for the public manifests as they stand. */
const images = [
  ...['version-2.16.0', 'version-2.15.0', 'latest', 'development'].map((tag) => ({
    tag: `hummingbot/hummingbot:${tag}`,
    env: [`STANDIN_VERSION=${tag.startsWith('version-') ? tag.slice(8) : '2.16.0'}`],
  })),
  { tag: 'coinalpha/hummingbot:development', env: ['STANDIN_VERSION=dev-1.0.0', 'STANDIN_LEGACY=1'] },
];

/** Deterministic tar of a folder, owned by root. @param {string} folder @param {string} file */
const tar = (folder, file) =>
  run('tar', [
    '--sort=name',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mtime=@0',
    '-C',
    folder,
    '-cf',
    file,
    '.',
  ]);

/** @param {string} file @returns {Promise<string>} */
async function digest(file) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

/** Files below a folder, with their content. @param {string} folder @param {import('node:crypto').Hash} hash */
function hashFolder(folder, hash) {
  for (const name of readdirSync(folder)
    .filter((each) => each !== '__pycache__')
    .sort()) {
    const path = join(folder, name);
    hash.update(`${path.slice(bot.length)}\0`);
    if (statSync(path).isDirectory()) hashFolder(path, hash);
    else hash.update(readFileSync(path));
  }
}

/**
 * Makes what is missing (half a minute the first time, a second when only the bot changed) and gives the archive.
 * @param {{log?: import('./process.mjs').Log}} [options] @returns {Promise<string>}
 */
export async function ensureImage({ log = () => {} } = {}) {
  const recipe = createHash('sha256')
    .update(readFileSync(fileURLToPath(import.meta.url)))
    .update(userlandRecipe())
    .update(binariesFolder());
  hashFolder(bot, recipe);
  const folder = join(cacheRoot(), `image-${recipe.digest('hex').slice(0, 12)}`);
  const archive = join(folder, 'image.tar');
  if (existsSync(archive)) return archive;
  const bin = await ensureBinaries({ log });
  return locked(
    join(cacheRoot(), 'image.lock'),
    async () => {
      if (existsSync(archive)) return archive;
      const base = await ensureUserland(log);
      log('making the stand-in image');
      const next = `${folder}.making`;
      rmSync(next, { recursive: true, force: true });
      mkdirSync(next, { recursive: true });
      const layers = join(next, 'layers');
      mkdirSync(layers);
      copyFileSync(base, join(layers, 'base.tar'));
      await makeBotLayer(join(next, 'bot'), join(layers, 'bot.tar'));
      await makePauseLayer(join(next, 'pause'), bin, join(layers, 'pause.tar'));
      const path = 'PATH=/opt/conda/envs/hummingbot/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
      const manifest = [];
      for (const { tag, env } of images)
        manifest.push(
          await describe(layers, tag, ['base.tar', 'bot.tar'], {
            Env: [path, 'INSTALLATION_TYPE=docker', 'LANG=C.UTF-8', ...env],
            WorkingDir: `/${home}`,
            Cmd: ['/bin/bash', '-lc', './bin/hummingbot_quickstart.py 2>> ./logs/errors.log'],
          }),
        );
      manifest.push(await describe(layers, 'localhost/pause:1', ['pause.tar'], { Entrypoint: ['/pause'] }));
      writeWhole(join(layers, 'manifest.json'), manifest);
      await tar(layers, join(next, 'image.tar'));
      for (const part of ['layers', 'bot', 'pause']) rmSync(join(next, part), { recursive: true, force: true });
      rmSync(folder, { recursive: true, force: true });
      renameSync(next, folder);
      for (const old of readdirSync(cacheRoot()))
        // archives are large, and only the newest is of use
        if (/^image-\w{12}$/.test(old) && join(cacheRoot(), old) !== folder)
          rmSync(join(cacheRoot(), old), { recursive: true, force: true });
      return archive;
    },
    log,
  );
}

/** @param {import('./process.mjs').Log} log @returns {Promise<string>} the lower layer */
async function ensureUserland(log) {
  const hash = createHash('sha256').update(userlandRecipe()).digest('hex').slice(0, 12);
  const file = join(cacheRoot(), `userland-${debianRelease()}-${hash}.tar`);
  if (existsSync(file)) return file;
  log('assembling a small Debian userland for the stand-in image');
  const root = `${file}.root`;
  rmSync(root, { recursive: true, force: true });
  await makeUserland(root);
  await tar(root, `${file}.new`);
  renameSync(`${file}.new`, file);
  rmSync(root, { recursive: true, force: true });
  return file;
}

/** @param {string} root @param {string} file */
async function makeBotLayer(root, file) {
  const at = (/** @type {string} */ path) => join(root, path);
  for (const path of [
    'conf/connectors',
    'conf/strategies',
    'conf/scripts',
    'conf/controllers',
    'logs',
    'data',
    'certs',
    'scripts',
    'controllers',
    'setup',
    'miniconda3/envs',
  ])
    mkdirSync(at(`${home}/${path}`), { recursive: true });
  mkdirSync(at('opt/conda/envs/hummingbot/bin'), { recursive: true });
  cpSync(join(bot, 'hummingbot'), at(`${home}/hummingbot`), {
    recursive: true,
    filter: (source) => !source.endsWith('__pycache__'),
  });
  cpSync(join(bot, 'bin'), at(`${home}/bin`), { recursive: true });
  for (const name of readdirSync(at(`${home}/bin`))) chmodSync(at(`${home}/bin/${name}`), 0o755);
  writeFileSync(at(`${home}/setup/environment-linux.yml`), 'name: hummingbot\n');
  const python = 'opt/conda/envs/hummingbot/bin';
  for (const name of ['python', 'python3']) symlinkSync('/usr/bin/python3', at(`${python}/${name}`));
  symlinkSync(`/${home}/bin/hbot`, at(`${python}/hbot`));
  // where the images of 2022 had these
  symlinkSync('/opt/conda/envs/hummingbot', at(`${home}/miniconda3/envs/hummingbot`));
  for (const name of ['conf', 'logs', 'data']) symlinkSync(`/${home}/${name}`, at(name));
  await run('chmod', ['-R', 'a+rX', root]);
  await tar(root, file);
}

/** @param {string} root @param {string} bin @param {string} file */
async function makePauseLayer(root, bin, file) {
  mkdirSync(root, { recursive: true });
  copyFileSync(join(bin, 'pause'), join(root, 'pause'));
  chmodSync(join(root, 'pause'), 0o755);
  await tar(root, file);
}

/** Writes an image's configuration and gives its entry of the manifest. @param {string} folder @param {string} tag @param {string[]} layers @param {object} config */
async function describe(folder, tag, layers, config) {
  const ids = await Promise.all(layers.map(async (layer) => `sha256:${await digest(join(folder, layer))}`));
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const text = JSON.stringify({
    architecture,
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: ids },
    history: layers.map((layer) => ({ created_by: layer })),
  });
  const name = `${createHash('sha256').update(text).digest('hex')}.json`;
  writeFileSync(join(folder, name), text);
  return { Config: name, RepoTags: [tag], Layers: layers };
}
