import type { ContainerSpec } from '../cluster/objects';
import { startClassic } from './bot/classic';
import { startEngine } from './bot/engine';
import { reporterPattern, startReporter } from './bot/reporter';
import { runScript } from './exec/script';
import { openOrdersAnswer } from './exec/readings';
import { HOME, type FileView } from './files';
import { lineOf, type Launch, type Running } from './program';
import { afterPaced } from './world';

/** Starts a container's main program. Null: the image has no such program. */
export function launch(given: Launch): Running | null {
  const { command = [], args = [] } = given.container;
  const all = [...command, ...args];
  const line = lineOf(given.container);
  const engine = /\bhbot["']?,?\s+["']?start\s+(?:-\S+\s+)*["']?([\w./-]+\.ya?ml)/.exec(line)?.[1];
  if (engine) return startEngine(given, engine);
  const classic = /hummingbot_quickstart(?:\.py)?\b.*?\s(?:-f|--config-file-name)[\s=]+["']?([\w./-]+\.ya?ml)/s.exec(
    line,
  )?.[1];
  const fromEnv = given.container.env?.find(({ name }) => name === 'CONFIG_FILE_NAME')?.value;
  if (classic || (/hummingbot_quickstart/.test(line) && fromEnv)) return startClassic(given, classic ?? fromEnv!);
  const pattern = reporterPattern(all);
  if (pattern !== null) return startReporter(given, pattern);
  const reader = openOrdersAnswer(all, given.files);
  if (reader !== null) return shortLived(given, 500, reader, 0);
  if (isFillConf(line)) return shortLived(given, 1_000, '', fillConf(given.files, given.startedAt, given.container));
  return script(given, all);
}

/** The init container of the app's format: files of ConfigMap and Secret laid out below conf. */
const isFillConf = (line: string): boolean =>
  line.includes('/config/*') && line.includes('/keys/*') && line.includes('conf/.password_verification');
export function fillConf(files: FileView, at: number, container: ContainerSpec): number {
  if (!isFillConf(lineOf(container))) return 0;
  for (const folder of ['/config', '/keys'])
    for (const name of files.list(folder) ?? []) {
      const file = files.read(`${folder}/${name}`);
      if (!file || name === 'password') continue;
      const [, kind, rest] = /^(connectors|strategies|scripts|controllers)\.(.+)$/.exec(name) ?? [];
      const path = name === 'password_verification' ? '.password_verification' : kind ? `${kind}/${rest}` : name;
      if (!files.write(`${HOME}/conf/${path}`, { text: file.text, at })) return 1;
    }
  return 0;
}

/** A program that says something and ends. */
function shortLived({ world, journal, exit }: Launch, ms: number, says: string, code: number): Running {
  let over = false;
  afterPaced(world, ms, () => {
    if (over) return;
    over = true;
    if (says) journal.write(world.agenda.now(), says.replace(/\n$/, ''));
    exit(code);
  });
  return {
    cmdline: 'bash -ec ',
    catchUp: () => undefined,
    hearsTerm: () => false,
    term: () => undefined,
    kill: () => void (over = true),
  };
}

function script(given: Launch, argv: string[]): Running | null {
  const { world, files, journal, exit } = given;
  const context = {
    world,
    files,
    pod: given.pod,
    namespace: given.namespace,
    container: given.container,
    program: null,
    cwd: HOME,
    env: {},
  };
  const result = runScript(context, argv.length > 0 ? argv : ['bash']);
  if (result === null) return null;
  let over = false;
  const end = () => {
    if (over) return;
    over = true;
    exit(result.code);
  };
  if (result.out) journal.write(world.agenda.now(), result.out.replace(/\n$/, ''));
  world.agenda.after(result.sleeps * 1000, end);
  return {
    cmdline: `${argv.join(' ')} `,
    catchUp: () => undefined,
    hearsTerm: () => false,
    term: () => undefined,
    kill: () => void (over = true),
  };
}
