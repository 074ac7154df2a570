import { environment, fail, ok, resolve, type Context, type Result } from './base';
import { COMMANDS } from './commands';
import { parseScript, type Command } from './parse';

const SHELLS = new Set(['sh', 'bash', '/bin/sh', '/bin/bash', '/usr/bin/bash']);
export const isShell = (word: string): boolean => SHELLS.has(word);

/** Runs a command line without a terminal; null: there is no such program in the image. */
export function runScript(context: Context, argv: string[]): Result | null {
  let words = argv;
  if (words[0] === 'nice' && words[1] === '-n') words = words.slice(3);
  const flag = words.findIndex((word, index) => index > 0 && /^-[a-z]*c$/.test(word));
  if (isShell(words[0] ?? '') && flag > 0) return runText(context, words[flag + 1] ?? '');
  if (isShell(words[0] ?? ''))
    return words.length === 1 ? ok('') : fail(`${words[0]}: ${words[1]}: No such file or directory`, 127);
  const command = COMMANDS[baseOf(words[0] ?? '')];
  return command ? command(context, words.slice(1), '') : null;
}
const baseOf = (path: string): string => path.replace(/^(\/usr)?\/s?bin\//, '');

/** A line or a script of the small shell. */
export function runText(context: Context, script: string): Result {
  const total: Result = { out: '', err: '', code: context.last ?? 0, sleeps: 0 };
  const value = (name: string) =>
    name === '?' ? String(total.code) : name === '$' ? '42' : (environment(context)[name] ?? '');
  // What stands in a variable counts when its command runs, not when the line is read.
  const filled = (text: string) => text.replace(/\0([^\0]*)\0/g, (_, name: string) => value(name));
  let list;
  try {
    list = parseScript(script, (name) => `\0${name}\0`);
  } catch (thrown) {
    return fail(`bash: ${thrown instanceof Error ? thrown.message : ''}`, 2);
  }
  for (const { commands, when } of list) {
    if ((when === 'success' && total.code !== 0) || (when === 'failure' && total.code === 0)) continue;
    let input = '';
    let result: Result = ok('');
    for (const raw of commands) {
      const command = { ...raw, words: raw.words.map(filled), to: raw.to && { ...raw.to, path: filled(raw.to.path) } };
      result = runCommand(context, command, input);
      total.sleeps += result.sleeps;
      total.err += command.quiet.err ? '' : result.err;
      input = command.quiet.out ? '' : result.out;
      if (command.to) {
        const error = redirect(context, command, input);
        input = '';
        if (error) {
          total.err += error;
          result = { ...result, code: 1 };
        }
      }
    }
    total.out += input;
    total.code = result.code;
    if (result.exits) return { ...total, exits: true };
  }
  return total;
}

function runCommand(context: Context, { words }: Command, input: string): Result {
  const [first = '', ...rest] = globbed(context, words);
  const set = /^([A-Za-z_]\w*)=(.*)$/s.exec(first);
  if (set) {
    context.env[set[1]!] = set[2]!;
    return rest.length > 0
      ? runCommand(context, { words: rest, to: null, quiet: { out: false, err: false } }, input)
      : ok('');
  }
  if (isShell(first))
    return rest[0] && /^-[a-z]*c$/.test(rest[0])
      ? runText({ ...context, env: { ...context.env } }, rest[1] ?? '')
      : ok('');
  if (first === '') return ok('');
  const command = COMMANDS[baseOf(first)];
  if (!command)
    return fail(
      first.includes('/') ? `bash: ${first}: No such file or directory` : `bash: ${first}: command not found`,
      127,
    );
  return command(context, rest, input);
}

function globbed(context: Context, words: string[]): string[] {
  return words.flatMap((word) => {
    if (!/[*?]/.test(word)) return [word];
    const path = resolve(context.cwd, word);
    const folder = path.slice(0, path.lastIndexOf('/')) || '/';
    const pattern = new RegExp(
      `^${path
        .slice(path.lastIndexOf('/') + 1)
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replace(/\*/g, '.*')
        .replace(/\?/g, '.')}$`,
    );
    const names = (context.files.list(folder) ?? [])
      .map((name) => name.replace(/\/$/, ''))
      .filter((name) => pattern.test(name) && !name.startsWith('.'));
    const prefix = word.includes('/') ? word.slice(0, word.lastIndexOf('/') + 1) : '';
    return names.length > 0 ? names.map((name) => prefix + name) : [word];
  });
}

function redirect(context: Context, { to }: Command, text: string): string {
  const path = resolve(context.cwd, to!.path);
  const before = to!.append ? (context.files.read(path)?.text() ?? '') : '';
  const all = before + text;
  const written = context.files.write(path, { text: () => all, at: context.world.agenda.now() });
  return written ? '' : `bash: ${to!.path}: Read-only file system\n`;
}
