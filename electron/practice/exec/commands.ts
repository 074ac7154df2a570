import { HOME } from '../files';
import { environment, fail, ok, resolve, type Context, type Result } from './base';

type Run = (context: Context, args: string[], input: string) => Result;

const lines = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));
const joined = (all: string[]): string => (all.length > 0 ? `${all.join('\n')}\n` : '');
/** Options (`-n 5`, `-5`, `-la`) apart from operands. */
function read(args: string[], valued = ''): { flags: Set<string>; values: Map<string, string>; rest: string[] } {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    const letter = arg[1] ?? '';
    if (/^-\d+$/.test(arg)) values.set('n', arg.slice(1));
    else if (arg.startsWith('--')) flags.add(arg);
    else if (/^-[A-Za-z]/.test(arg) && valued.includes(letter)) values.set(letter, arg.slice(2) || (args[++i] ?? ''));
    else if (/^-[A-Za-z]/.test(arg)) for (const one of arg.slice(1)) flags.add(one);
    else rest.push(arg);
  }
  return { flags, values, rest };
}
function texts(
  context: Context,
  name: string,
  paths: string[],
  input: string,
): { all: { path: string; text: string }[]; err: string } {
  if (paths.length === 0) return { all: [{ path: '', text: input }], err: '' };
  let err = '';
  const all = paths.flatMap((path) => {
    const full = resolve(context.cwd, path);
    const file = context.files.read(full);
    if (file) return [{ path, text: file.text() }];
    err += `${name}: ${path}: ${context.files.list(full) ? 'Is a directory' : 'No such file or directory'}\n`;
    return [];
  });
  return { all, err };
}
const withErrors = (out: string, err: string): Result => ({ out, err, code: err ? 1 : 0, sleeps: 0 });

const ls: Run = (context, args) => {
  const { flags, rest } = read(args);
  const out: string[] = [];
  let err = '';
  for (const path of rest.length > 0 ? rest : ['.']) {
    const full = resolve(context.cwd, path);
    const names = context.files.list(full);
    const file = context.files.read(full);
    if (!names && !file) {
      err += `ls: cannot access '${path}': No such file or directory\n`;
      continue;
    }
    const shown = (names ?? [path]).filter((name) => flags.has('a') || !name.startsWith('.'));
    if (rest.length > 1 && names) out.push(`${path}:`);
    if (flags.has('l')) for (const name of shown) out.push(longEntry(context, names ? `${full}/${name}` : full, name));
    else if (shown.length > 0) out.push(flags.has('1') ? shown.map(bare).join('\n') : shown.map(bare).join('  '));
  }
  return { out: joined(out), err, code: err ? 2 : 0, sleeps: 0 };
};
const bare = (name: string) => name.replace(/\/$/, '');
function longEntry(context: Context, path: string, name: string): string {
  const file = name.endsWith('/') ? null : context.files.read(path);
  const size = file ? Buffer.byteLength(file.text()) : 4096;
  const time = new Date(file?.at ?? context.world.agenda.now()).toISOString();
  return `${file ? '-rw-r--r--' : 'drwxrwsr-x'} 1 1000 1000 ${String(size).padStart(8)} ${time.slice(0, 10)} ${time.slice(11, 16)} ${bare(name)}`;
}

const cut =
  (name: string, from: 'head' | 'tail'): Run =>
  (context, args, input) => {
    const { values, rest, flags } = read(args, 'nc');
    if (flags.has('f') || flags.has('F'))
      return fail(`${name}: following a file is done in the log tab; here it is not`, 1);
    const count = Math.abs(Number(values.get('n') ?? 10));
    if (!Number.isFinite(count)) return fail(`${name}: invalid number of lines: '${values.get('n')}'`);
    const { all, err } = texts(context, name, rest, input);
    const out = all.map(({ text }) =>
      joined(from === 'head' ? lines(text).slice(0, count) : count === 0 ? [] : lines(text).slice(-count)),
    );
    return withErrors(out.join(''), err);
  };

const grep: Run = (context, args, input) => {
  const { flags, values, rest } = read(args, 'e');
  const pattern = values.get('e') ?? rest.shift();
  if (pattern === undefined) return fail('Usage: grep [OPTION]... PATTERNS [FILE]...', 2);
  let form: RegExp;
  try {
    form = new RegExp(
      flags.has('F') ? pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : pattern,
      flags.has('i') ? 'i' : '',
    );
  } catch {
    return fail('grep: Invalid regular expression', 2);
  }
  const { all, err } = texts(context, 'grep', rest, input);
  const found = all.flatMap(({ path, text }) =>
    lines(text)
      .filter((line) => form.test(line) !== flags.has('v'))
      .map((line) => (all.length > 1 && !flags.has('h') ? `${path}:${line}` : line)),
  );
  const out = flags.has('q') ? '' : flags.has('c') ? `${found.length}\n` : joined(found);
  return { out, err, code: err ? 2 : found.length > 0 ? 0 : 1, sleeps: 0 };
};

const ps: Run = ({ program, world }, args) => {
  const time = new Date(world.agenda.now()).toISOString().slice(11, 16);
  const main = (program?.cmdline ?? 'bash').trim();
  const tail = main.includes('engine')
    ? [`1000           8  0.0  0.0   2812  1024 ?        S    ${time}   0:00 tail -n 0 -F logs`]
    : [];
  if (!args.some((arg) => /[aef]/.test(arg)))
    return ok(`    PID TTY          TIME CMD\n     42 pts/0    00:00:00 bash\n     57 pts/0    00:00:00 ps\n`);
  return ok(
    joined([
      'USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND',
      `1000           1  2.0  0.3 812344 249856 ?       Ssl  ${time}   0:09 ${main}`,
      ...tail,
      `1000          42  0.0  0.0   4624  3712 pts/0    Ss   ${time}   0:00 bash`,
    ]),
  );
};

const hbot: Run = (context, args) => {
  const [what] = args;
  const { program, world } = context;
  if (what === '--version') return ok('2.16.0\n');
  if (what === undefined || what === '--help' || what === 'help')
    return { ...ok('Usage: hbot [start|stop|status] ...\n'), code: what === undefined ? 2 : 0 };
  if (what !== 'status' && what !== 'stop' && what !== 'start') return fail('Usage: hbot [start|stop|status] ...', 2);
  const now = world.agenda.now();
  if (!program?.reading) return fail('Error: no bot is running (code 3)', 3);
  if (what === 'start')
    return fail(
      'Error: a bot is already running (pid 1); stop it first or pass --replace (one bot per install) (code 1)',
    );
  if (what === 'stop') {
    program.term(now);
    return { ...ok('stopped\n'), sleeps: 2 };
  }
  const reading = program.reading(now);
  if (reading.kind !== 'status') return fail('Error: no bot is running (code 3)', 3);
  if (args.includes('--json')) return ok(`${JSON.stringify(JSON.parse(reading.text))}\n`);
  const { format_status: text } = JSON.parse(reading.text) as { format_status: string | null };
  return ok(`${text ?? 'running: true'}\n`);
};

/** Programs of the practice image: what a trader looks around with. */
export const COMMANDS: Record<string, Run | undefined> = {
  pwd: ({ cwd }) => ok(`${cwd}\n`),
  cd(context, args) {
    const path = resolve(context.cwd, args[0] ?? HOME);
    if (!context.files.list(path))
      return fail(
        `bash: cd: ${args[0]}: ${context.files.read(path) ? 'Not a directory' : 'No such file or directory'}`,
      );
    context.cwd = path;
    return ok('');
  },
  ls,
  cat(context, args, input) {
    const { all, err } = texts(context, 'cat', read(args).rest, input);
    return withErrors(all.map(({ text }) => text).join(''), err);
  },
  echo: (_, args) => ok(args[0] === '-n' ? args.slice(1).join(' ') : `${args.join(' ')}\n`),
  printf: (_, args) => ok((args[0] ?? '').replace(/\\n/g, '\n').replace(/%s/g, args[1] ?? '')),
  head: cut('head', 'head'),
  tail: cut('tail', 'tail'),
  grep,
  ps,
  hbot,
  wc(context, args, input) {
    const { all, err } = texts(context, 'wc', read(args).rest, input);
    return withErrors(joined(all.map(({ path, text }) => `${lines(text).length}${path ? ` ${path}` : ''}`)), err);
  },
  sort: (context, args, input) => {
    const { all, err } = texts(context, 'sort', read(args).rest, input);
    return withErrors(joined(all.flatMap(({ text }) => lines(text)).sort()), err);
  },
  env: (context) => ok(joined(Object.entries(environment(context)).map(([name, value]) => `${name}=${value}`))),
  printenv: (context, args) => {
    const value = environment(context)[args[0] ?? ''];
    return value === undefined ? fail('') : ok(`${value}\n`);
  },
  export(context, args) {
    for (const arg of args) {
      const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(arg) ?? [];
      if (name !== undefined) context.env[name] = value ?? '';
    }
    return ok('');
  },
  date: ({ world }) => ok(`${new Date(world.agenda.now()).toUTCString().replace('GMT', 'UTC')}\n`),
  whoami: () => fail('whoami: cannot find name for user ID 1000'),
  id: () => ok('uid=1000 gid=1000 groups=1000\n'),
  hostname: ({ pod }) => ok(`${pod}\n`),
  uname: (_, args) => ok(args.includes('-a') ? 'Linux practice 6.1.0 #1 SMP x86_64 GNU/Linux\n' : 'Linux\n'),
  df: () =>
    ok(
      'Filesystem     1K-blocks    Used Available Use% Mounted on\noverlay        209715200 8388608 201326592   4% /\n/dev/sdb         2031440   24576   2006864   2% /home/hummingbot/data\ntmpfs           33554432       0  33554432   0% /tmp\n',
    ),
  free: () =>
    ok(
      '               total        used        free      shared  buff/cache   available\nMem:        67108864     9437184    54525952        1024     3145728    57671680\nSwap:              0           0           0\n',
    ),
  uptime: ({ world }) =>
    ok(` ${new Date(world.agenda.now()).toISOString().slice(11, 19)} up 40 days,  load average: 0.12, 0.10, 0.09\n`),
  stty: ({ size }, args) =>
    args[0] === 'size'
      ? size
        ? ok(`${size.rows} ${size.cols}\n`)
        : fail("stty: 'standard input': Inappropriate ioctl for device")
      : ok(''),
  sleep: (_, args) => {
    const seconds = Number(args[0]);
    return args[0] === 'infinity'
      ? { ...ok(''), sleeps: 1e9 }
      : Number.isFinite(seconds)
        ? { ...ok(''), sleeps: seconds }
        : fail(`sleep: invalid time interval '${args[0] ?? ''}'`);
  },
  true: () => ok(''),
  false: () => fail(''),
  clear: () => ok('\x1b[H\x1b[2J'),
  command: (_, args) => {
    const name = args[args.length - 1] ?? '';
    return COMMANDS[name] || ['bash', 'sh'].includes(name) ? ok(`/usr/bin/${name}\n`) : fail('', 1);
  },
  which: (_, args) =>
    COMMANDS[args[0] ?? ''] || ['bash', 'sh'].includes(args[0] ?? '') ? ok(`/usr/bin/${args[0]}\n`) : fail(''),
  exit: ({ last = 0 }, args) => ({
    ...ok(''),
    code: args[0] === undefined ? last : Number(args[0]) & 255,
    exits: true,
  }),
  logout: ({ last = 0 }) => ({ ...ok(''), code: last, exits: true }),
  help: () => ok(`This is a practice shell. It has: ${Object.keys(COMMANDS).sort().join(' ')}\n`),
  kill(context, args) {
    const pid = args.at(-1);
    const signal = (args.length > 1 ? args[0]! : '-TERM').replace(/^-(SIG)?/, '');
    if (pid !== '1') return fail(`bash: kill: (${pid ?? ''}) - No such process`);
    // The kernel keeps a container's first process from being killed from inside.
    if (signal === 'TERM' || signal === '15') context.program?.term(context.world.agenda.now());
    else if (signal === 'USR1' || signal === '10') context.program?.reading?.(context.world.agenda.now());
    return ok('');
  },
};
