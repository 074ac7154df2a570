import type { ISearchOptions } from '@xterm/addon-search';
import type { BotRef } from '../../shared/rows';
import type { SessionState, TerminalKind } from '../../shared/terminals';
import { api } from '../state/api';
import { fleet } from '../state/fleet.svelte';
import { notices } from '../state/notices.svelte';
import { createColouring } from './colour';
import { createFlow } from './flow';
import { readPaste, type Paste } from './paste';
import { startSession, type Session, type SessionEnd } from './session';
import { createTerminal } from './terminal';
import { readToken } from './theme';
import { words } from './words';

export const TAILS = [100, 500, 5_000, 50_000];
/** How long an unfinished line waits for its rest before it is shown. */
const PARTIAL_MS = 60;

const end: SessionEnd = {
  open: (request) => api.call('terminals.open', request),
  close: (id) => api.call('terminals.close', { id }),
  port: (name) => api.port(name),
};

export interface TabActions {
  zoomBy(step: number): void;
  leave(): void;
}

/** One tab: its terminal and session live here, not in a component, so that they outlive every page change. */
export function createTab(id: string, ref: BotRef, kind: TerminalKind, fontSize: number, actions: TabActions) {
  const cluster = fleet.clusterName(ref.clusterId);
  const label = words.where(kind, ref.name, ref.namespace, cluster);
  let state = $state.raw<SessionState>({ phase: 'connecting' });
  let paused = $state(false);
  let wrap = $state(true);
  let atEnd = $state(true);
  let previous = $state(false);
  let tail = $state(500);
  let finding = $state(false);
  let match = $state.raw({ at: -1, of: 0 });
  let asking = $state.raw<Paste | null>(null);
  let session: Session | null = null;
  let wantsFocus = false;
  let partial: ReturnType<typeof setTimeout> | undefined;

  const parts = createTerminal(document, kind, label, fontSize, {
    input: (data) => session?.input(data),
    size: (cols, rows) => session?.resize(cols, rows),
    enter() {
      if (state.phase !== 'lost' && state.phase !== 'ended') return false;
      again();
      return true;
    },
    key(meaning) {
      if (meaning === 'find') finding = true;
      else if (meaning === 'leave') actions.leave();
      else actions.zoomBy(meaning === 'zoomIn' ? 1 : meaning === 'zoomOut' ? -1 : 0);
    },
    paste(clipboard) {
      const paste = readPaste(clipboard);
      if (paste.text === '') return;
      if (paste.ask) asking = paste;
      else parts.terminal.paste(paste.text);
    },
    link: (url) => void notices.guard(() => api.call('app.openExternal', { url })),
    atEnd: (yes) => (atEnd = yes),
  });
  parts.search.onDidChangeResults(({ resultIndex, resultCount }) => (match = { at: resultIndex, of: resultCount }));

  let colouring = createColouring();
  let flow = newFlow();

  /** One flow a session: bytes of an earlier one are never acknowledged to a later one. */
  function newFlow() {
    return createFlow(
      (data, parsed) => {
        if (kind !== 'log') return parts.terminal.write(data, parsed);
        parts.terminal.write(colouring.push(data), parsed);
        clearTimeout(partial);
        partial = setTimeout(() => parts.terminal.write(colouring.flush()), PARTIAL_MS);
      },
      (bytes) => session?.ack(bytes),
    );
  }

  function connect() {
    session?.close();
    flow.dispose();
    parts.terminal.reset();
    colouring = createColouring();
    flow = newFlow();
    paused = false;
    const { cols, rows } = parts.terminal;
    session = startSession(
      end,
      { bot: ref, kind, cols, rows, previous, tail },
      { data: (data) => flow.push(data), state: (next) => (state = next) },
    );
  }
  connect();

  /** A log that has ended begins anew, so that no line stands there twice; a program's screen stays above the new one. */
  function again() {
    if (kind === 'log' && state.phase === 'ended') connect();
    else session?.reconnect();
  }

  function takeFocus() {
    if (!wantsFocus || !parts.terminal.textarea) return;
    wantsFocus = false;
    parts.terminal.focus();
  }

  function find(text: string, back = false, incremental = false) {
    const token = readToken(document);
    const colour = token('--warn').slice(0, 7);
    const options: ISearchOptions = {
      incremental,
      decorations: {
        matchBackground: token('--line-strong').slice(0, 7),
        matchOverviewRuler: colour,
        activeMatchBorder: colour,
        activeMatchColorOverviewRuler: colour,
      },
    };
    if (text === '') parts.search.clearDecorations();
    else if (back) parts.search.findPrevious(text, options);
    else parts.search.findNext(text, options);
  }

  return {
    id,
    ref,
    kind,
    label,
    /** The cluster's name now, or as it was when the tab was opened. */
    get cluster() {
      return fleet.cluster(ref.clusterId)?.name ?? cluster;
    },
    get state() {
      return state;
    },
    get paused() {
      return paused;
    },
    get wrap() {
      return wrap;
    },
    get following() {
      return atEnd && !paused;
    },
    get previous() {
      return previous;
    },
    get tail() {
      return tail;
    },
    get finding() {
      return finding;
    },
    get match() {
      return match;
    },
    get asking() {
      return asking;
    },
    setPaused(yes: boolean) {
      paused = yes;
      flow.pause(yes);
    },
    setWrap(yes: boolean) {
      wrap = yes;
      parts.wrap(yes);
    },
    follow() {
      this.setPaused(false);
      parts.terminal.scrollToBottom();
    },
    /** Another part of the log: opens it anew. */
    setRange(next: { previous?: boolean; tail?: number }) {
      previous = next.previous ?? previous;
      tail = next.tail ?? tail;
      connect();
    },
    reconnect: again,
    openFind: () => (finding = true),
    closeFind() {
      finding = false;
      parts.search.clearDecorations();
      parts.terminal.focus();
    },
    find,
    answerPaste(text: string | null) {
      asking = null;
      if (text !== null) parts.terminal.paste(text);
      parts.terminal.focus();
    },
    focus: () => parts.terminal.focus(),
    /** The keyboard goes into the terminal once it is on screen. */
    focusSoon() {
      wantsFocus = true;
      takeFocus();
    },
    zoom: parts.zoom,
    /** Puts the terminal into this element for as long as it is shown there. */
    attach(node: HTMLElement, visible: boolean) {
      node.append(parts.element);
      if (visible) void parts.show().then(takeFocus);
      return () => parts.hide();
    },
    dispose() {
      clearTimeout(partial);
      session?.close();
      flow.dispose();
      parts.dispose();
    },
  };
}

export type Tab = ReturnType<typeof createTab>;
