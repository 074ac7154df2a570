import type { BotRef } from '../../shared/rows';
import type { Parsed } from '../../shared/contract';
import type { SessionDown, SessionInfo, SessionUp } from '../../shared/terminals';
import type { Api, Clock } from '../cluster/types';

/** The far end of a session: a message port to the tab. */
export interface SessionPort {
  post(message: SessionDown): void;
  onMessage(handler: (message: SessionUp) => void): void;
  /** The tab, its page or its window is gone. */
  onClose(handler: () => void): void;
  close(): void;
}

/** What a session needs of a connected cluster; asked for anew at each connect. */
export interface TerminalCluster {
  api: Api;
  /** As the trader sees it. */
  name: string;
  /** Throws `Failure` WRONG_CLUSTER when the far end is no longer this cluster. */
  verify(identity: string): Promise<void>;
}

export interface PodTarget {
  podName: string;
  podUid: string;
  container: string;
  namespace: string;
}

export type OpenInput = Parsed<'terminals.open'>;

export interface TerminalsOptions {
  /** Throws `Failure` while the cluster is not connected. */
  connectionOf(clusterId: string, namespace: string): TerminalCluster;
  /** The bot's pod as it is now; null: it has none. */
  findPod(bot: BotRef): PodTarget | null;
  clock: Clock;
  newId(): string;
}

export interface Terminals {
  /** Opens a session; it tells of every trouble in its own tab. `port` may be made once the session's id is known. */
  open(input: OpenInput, port: SessionPort | ((id: string) => SessionPort)): SessionInfo;
  /** Detaches: never hurts the bot. */
  close(id: string): void;
  /** Closes all; resolves when what they left in pods was told to end, or could not be. */
  dispose(): Promise<void>;
}

/** What kinds of sessions have in common: bytes and states go to the tab in order. */
export interface Tab {
  readonly id: string;
  readonly input: OpenInput;
  /** Bytes for the terminal. */
  data(bytes: Uint8Array): void;
  /** A line of the app's own, dim, on a line of its own. */
  note(text: string): void;
  /** A state, told after all bytes given before. */
  state(state: import('../../shared/terminals').SessionState): void;
  /** How the flow holds and frees the source. */
  onPace(pause: () => void, resume: () => void): void;
  /** Resolves when the source may go on; at once when it is not held. */
  ready(): Promise<void>;
}

/** A running log, screen or shell. */
export interface Session {
  pod(): PodTarget | null;
  input(data: string): void;
  resize(cols: number, rows: number): void;
  reconnect(): void;
  /** Resolves when what it left in the pod was told to end. */
  close(): void | Promise<void>;
}
