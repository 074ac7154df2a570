import type { SessionState, TerminalKind } from '../../shared/terminals';

/** Every text of the terminals, in one place. */
export const words = {
  panel: 'Terminals',
  kind: { log: 'log', screen: 'screen', shell: 'shell' } satisfies Record<TerminalKind, string>,
  kindLong: { log: 'Log', screen: 'Screen', shell: 'Shell' } satisfies Record<TerminalKind, string>,
  where: (kind: TerminalKind, bot: string, namespace: string, cluster: string) =>
    `${words.kindLong[kind]} of ${bot} in ${namespace} on ${cluster}`,
  close: (bot: string, kind: TerminalKind) => `Close the ${kind} of ${bot} (the bot goes on)`,
  closeShort: 'Close',
  follow: 'Follow',
  followHelp: 'Keep the newest line in view',
  pause: 'Pause',
  resume: 'Go on',
  pausedHelp: 'Hold the log; nothing is lost, the lines wait at the bot',
  wrap: 'Wrap',
  wrapHelp: 'Break long lines at the edge of the window',
  previous: 'Run before',
  previousHelp: 'The log of the run before the last restart',
  tail: 'Lines to begin with',
  tailOption: (lines: number) => `last ${lines.toLocaleString('en')} lines`,
  find: 'Find',
  findNext: 'Next',
  findPrevious: 'Previous',
  findClose: 'Close the search',
  noMatch: 'not found',
  matches: (at: number, of: number) => (at < 0 ? `${of} or more` : `${at + 1} of ${of}`),
  smaller: 'Smaller text',
  larger: 'Larger text',
  again: 'Connect again',
  openAgain: 'Open again',
  enter: 'press Enter',
  leaveHint: 'F6 leaves the terminal',
  screenHint: 'Closing this tab detaches; the bot keeps trading.',
  pasteTitle: (lines: number) => `Paste ${lines} lines?`,
  pasteBody: 'Each line runs as soon as it arrives. Read them first:',
  pasteCleaned: 'Control characters were taken out of the text.',
  pasteAll: (lines: number) => `Paste ${lines} lines`,
  pasteOne: 'Paste as one line',
  cancel: 'Cancel',
};

/** The state line of a session; '' when all is well. */
export function stateLine(state: SessionState, kind: TerminalKind, now: number): string {
  switch (state.phase) {
    case 'open':
      return '';
    case 'connecting':
      return 'Connecting…';
    case 'lost': {
      if (state.retryAt !== null) {
        const seconds = Math.max(0, Math.ceil((state.retryAt - now) / 1000));
        return `Connection lost: ${state.error.message} Trying again in ${seconds} s.`;
      }
      return `Connection lost: ${state.error.message} Press Enter to connect again.`;
    }
    case 'ended': {
      const code = state.code === null ? '' : ` (code ${state.code})`;
      const what = state.message || `The ${kind} has ended${code}.`;
      return `${what} Press Enter to open it again.`;
    }
  }
}
