import { isAbsolute, resolve } from 'node:path';
import { invalid, unsupported } from './fault';
import { fieldsOf, type Reader } from './fields';
import type { Entry } from './loader';
import { hashOf, printable, printableLines, visible } from './text';

export type ExecVersion = 'client.authentication.k8s.io/v1' | 'client.authentication.k8s.io/v1beta1';

/** A sign-in plugin as the kubeconfig names it (client.authentication.k8s.io). */
export interface ExecSpec {
  apiVersion: ExecVersion;
  /** As written, but a relative path made absolute (it is relative to the kubeconfig). */
  command: string;
  args: string[];
  env: { name: string; value: string }[];
  installHint: string;
  provideClusterInfo: boolean;
}

/** Throws `Failure` INVALID or UNSUPPORTED. */
export function readExec(fields: Reader, entry: Entry, platform: NodeJS.Platform): ExecSpec {
  const command = fields.text('command');
  if (command === '') throw invalid('The sign-in program of this user has no command.');
  if (command.includes('\0')) throw invalid("The sign-in program's command is not valid.");
  const apiVersion = fields.text('apiVersion');
  if (apiVersion === 'client.authentication.k8s.io/v1alpha1') {
    throw unsupported(
      `The sign-in program ${printable(command, 100)} is set up for an interface (v1alpha1) that Kubernetes dropped.`,
      'Update the program and make the kubeconfig anew with your provider\'s tool, e.g. "aws eks update-kubeconfig".',
    );
  }
  if (apiVersion !== 'client.authentication.k8s.io/v1' && apiVersion !== 'client.authentication.k8s.io/v1beta1') {
    throw invalid(`The sign-in program's interface "${printable(apiVersion, 100)}" is not known.`);
  }
  const mode = fields.text('interactiveMode');
  if (mode === 'Always') {
    throw unsupported(
      `The sign-in program ${printable(command, 100)} must be answered in a terminal, which Hummingdeck can't offer it.`,
      'Set its "interactiveMode" to IfAvailable, if it can also work without questions, or use another way to sign in.',
    );
  }
  if (!['', 'Never', 'IfAvailable'].includes(mode)) {
    throw invalid(`The sign-in program's "interactiveMode" is not known: ${printable(mode, 40)}.`);
  }
  const env = fields.list('env').map((item) => {
    const variable = fieldsOf(item, 'A variable of the sign-in program');
    const name = variable.text('name');
    if (name === '' || /[=\0]/.test(name)) throw invalid('A variable of the sign-in program has no valid name.');
    return { name, value: variable.text('value') };
  });
  const args = fields.texts('args');
  if ([...args, ...env.map(({ value }) => value)].some((text) => text.includes('\0'))) {
    throw invalid("The sign-in program's arguments are not valid.");
  }
  const separator = platform === 'win32' ? /[\\/]/ : /\//;
  return {
    apiVersion,
    command: separator.test(command) && !isAbsolute(command) ? resolve(entry.dir, command) : command,
    args,
    env,
    installHint: printableLines(fields.text('installHint'), 2000),
    provideClusterInfo: fields.flag('provideClusterInfo'),
  };
}

// Ends of names whose values are secrets. Only ends: SSH_ASKPASS and …_TOKEN_FILE say what runs or is read, so they are shown.
const secretName = /(SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY)$/;
const isSecret = (name: string) => secretName.test(name.toUpperCase().replace(/-/g, '_'));
const hidden = '(hidden)';

/** The whole command line with its variables as it is shown for consent; values of secrets are not. */
export function commandLine(spec: ExecSpec, program = spec.command): string {
  const args = spec.args.map((arg, at) => {
    const pair = /^(--?[\w-]+)=/.exec(arg)?.[1];
    if (pair && isSecret(pair)) return `${pair}=${hidden}`;
    const before = spec.args[at - 1] ?? '';
    return /^--?[\w-]+$/.test(before) && isSecret(before) && !arg.startsWith('-') ? hidden : quoted(arg);
  });
  const env = spec.env.map(({ name, value }) => `${visible(name)}=${isSecret(name) ? hidden : quoted(value)}`);
  return [...env, quoted(program), ...args].join(' ');
}

function quoted(text: string): string {
  const shown = visible(text);
  return /^[\w@%+=:,./\\-]+$/.test(shown) ? shown : `'${shown.replace(/'/g, `'\\''`)}'`;
}

/** What the trader allows: this program file with exactly these arguments and variables. */
export function commandHash(spec: ExecSpec, resolvedPath: string): string {
  return hashOf(['exec', 1, spec.command, spec.args, spec.env.map(({ name, value }) => [name, value]), resolvedPath]);
}
