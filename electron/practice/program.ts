import type { ContainerSpec } from '../cluster/objects';
import type { Journal } from './bot/journal';
import type { FileView } from './files';
import type { World } from './world';

/** What a program gets when its container starts. */
export interface Launch {
  world: World;
  namespace: string;
  pod: string;
  container: ContainerSpec;
  files: FileView;
  /** The container's log: what the program writes on its standard output and error. */
  journal: Journal;
  /** ms since 1970 */
  startedAt: number;
  /** It has been running for long when it is first looked at: nothing of its start is checked. */
  settled: boolean;
  /** Called once, by the program itself. */
  exit(code: number, reason?: string): void;
}

/** A container's main program. */
export interface Running {
  /** As in /proc/1/cmdline, with blanks. */
  readonly cmdline: string;
  /** Works out all that happened up to `now`. */
  catchUp(now: number): void;
  /** SIGTERM: heard or lost. */
  term(now: number): void;
  hearsTerm(now: number): boolean;
  /** SIGKILL, or an end that comes from outside: nothing is cleaned up. */
  kill(now: number): void;
  /** Its terminal, where it has one. */
  screen?: ScreenProgram;
  /** Asks the engine for a status (USR1); what `hbot` would find. */
  reading?(now: number): { kind: 'starting' } | { kind: 'status'; text: string };
}

/** A full-screen program at the container's terminal; everyone who attaches sees and types into the same. */
export interface ScreenProgram {
  attach(viewer: Viewer): () => void;
  type(data: string): void;
  resize(cols: number, rows: number): void;
}
export interface Viewer {
  write(text: string): void;
}

/** The password the start command hands to Hummingbot, and the words it came from. */
export function passwordOf({ container, files }: Launch, line: string): string | null {
  const file = /(?:HBOT_PASSWORD|CONFIG_PASSWORD)=["']?\$\(cat ([^)\s]+)\)/.exec(line)?.[1];
  // $(…) drops line ends.
  if (file) return files.read(file)?.text().replace(/\n+$/, '') ?? null;
  const env = container.env?.find(({ name }) => name === 'HBOT_PASSWORD' || name === 'CONFIG_PASSWORD')?.value;
  const given = /(?:^|\s)(?:-p|--config-password)[=\s]+(["']?)([^\s"']+)\1/.exec(line)?.[2];
  return given ?? env ?? null;
}

export const lineOf = ({ command = [], args = [] }: ContainerSpec): string => [...command, ...args].join(' ');
