import { execOnce } from '../cluster';
import type { Api, Clock } from '../cluster/types';
import type { PodTarget } from './types';

const MARK = 'HUMMINGDECK_SESSION';

/** bash where the image has one, else sh; marked, so that closing the tab can hang up on it and on nothing else. */
export function shellCommand(id: string): string[] {
  const start = 'if command -v bash >/dev/null 2>&1; then exec bash; fi; exec sh';
  return [
    '/bin/sh',
    '-c',
    `export TERM=xterm-256color LANG="\${LANG:-C.UTF-8}" HISTFILE= ${MARK}=${safe(id)}; ${start}`,
  ];
}

/**
 * Hangs up on what a shell tab left behind. A container runtime does not end an exec'd program when its connection goes:
 * an idle shell would stay in the bot's own memory for ever. Best effort; reaches only processes with the tab's mark.
 */
export async function hangUp(api: Api, clock: Clock, target: PodTarget, id: string): Promise<void> {
  const script =
    `for e in /proc/[0-9]*/environ; do p=\${e#/proc/}; p=\${p%/environ}; ` +
    `if grep -q '${MARK}=${safe(id)}' "$e" 2>/dev/null; then kill -HUP "$p" 2>/dev/null; fi; done; exit 0`;
  const at = { namespace: target.namespace, pod: target.podName, container: target.container };
  await execOnce(api, at, ['/bin/sh', '-c', script], { clock, timeoutMs: 10_000, maxBytes: 65_536 }).catch(() => {});
}

const safe = (id: string) => id.replace(/[^A-Za-z0-9-]/g, '');
