import { toAppError, type AppError } from '../../shared/errors';
import type { TerminalKind } from '../../shared/terminals';
import type { ContainerState, Pod } from '../cluster/objects';

const RIGHT: Record<TerminalKind, { verb: string; resource: string; act: string }> = {
  log: { verb: 'get', resource: 'pods/log', act: 'read logs' },
  screen: { verb: 'create', resource: 'pods/attach', act: 'open a bot’s screen' },
  shell: { verb: 'create', resource: 'pods/exec', act: 'open a shell' },
};

/** Whatever went wrong with a terminal, in words for its tab. */
export function terminalError(thrown: unknown, kind: TerminalKind, namespace: string): AppError {
  const error = toAppError(thrown);
  const words = `${error.message} ${error.cause ?? ''}`;
  if (error.code === 'FORBIDDEN') {
    const { verb, resource, act } = RIGHT[kind];
    return {
      ...error,
      message: `Your sign-in may not ${act} in ${namespace}.`,
      hint: `Ask whoever runs the cluster for the right “${verb} ${resource}” in ${namespace}.`,
    };
  }
  // The API server reaches a pod through its node's kubelet (port 10250); these are its words when that fails.
  if (/error dialing backend|:10250|error trying to reach service/.test(words)) {
    return {
      ...error,
      code: 'UNREACHABLE',
      message: 'The node this bot runs on does not answer. The bot is probably still trading.',
      hint: 'Nothing needs to be pressed for the bot’s sake; look at the node, or try again later.',
      cause: error.cause ?? error.message,
    };
  }
  return error;
}

export const noPod = (bot: string, kind: TerminalKind): string =>
  kind === 'log'
    ? `${bot} is not running. Its log goes on here when it starts.`
    : `${bot} is not running, so there is no ${kind} to open. Press Enter when it has started.`;

/** Why a container can't be entered now, '' when it runs. */
export function notRunning(pod: Pod, container: string, bot: string): string {
  if (pod.metadata.deletionTimestamp && !stateOf(pod, container)?.running) return `${bot} is stopping.`;
  const state = stateOf(pod, container);
  if (state?.running) return '';
  if (state?.terminated) {
    const { exitCode, reason } = state.terminated;
    return `${bot}’s program ended (${reason || 'exit'}, code ${exitCode}). The previous log tells why.`;
  }
  const why = state?.waiting?.reason;
  if (why === 'CrashLoopBackOff') return `${bot} crashes and waits for its next start. The previous log tells why.`;
  return `${bot} has not started yet${why ? ` (${why})` : ''}.`;
}

function stateOf(pod: Pod, container: string): ContainerState | undefined {
  return pod.status?.containerStatuses?.find((status) => status.name === container)?.state;
}

/** Why a container has no screen, '' when it has one. */
export function noScreen(pod: Pod, container: string, bot: string): string {
  const spec = pod.spec.containers.find((one) => one.name === container);
  if (!spec) return `${bot}’s pod has no container ${container}.`;
  if (!spec.tty) {
    return `${bot} runs without a screen of its own (its container has no terminal). Its log shows what it does.`;
  }
  return '';
}
