import { humanDuration } from '../../shared/duration';
import type { ErrorCode } from '../../shared/errors';
import type { ConnectionStatus } from '../../shared/rows';
import { phases } from '../texts';

export interface Freshness {
  tone: 'good' | 'warn' | 'bad' | 'idle' | 'info';
  /** Shown before the words, so that the colour is not alone. */
  shape: string;
  /** A word or two: `live`, `stale 41s`, `sign-in refused`. */
  words: string;
}

const reasons: Partial<Record<ErrorCode, string>> = {
  UNREACHABLE: 'unreachable',
  CERTIFICATE: 'certificate wrong',
  UNAUTHORIZED: 'sign-in refused',
  FORBIDDEN: 'no rights',
  TIMEOUT: 'no answer in time',
  TOO_MANY_REQUESTS: 'asked to wait',
  PLUGIN_MISSING: 'plugin missing',
  PLUGIN_NOT_ALLOWED: 'needs your consent',
  PLUGIN_FAILED: 'plugin failed',
  WRONG_CLUSTER: 'another cluster',
  UNSUPPORTED: 'not supported',
};

const PART =
  'Not all bots here are watched: those made by hand among many workloads, and those beyond the first three namespaces, are looked at now and then.';

const BEHIND =
  'More comes from the cluster than this machine reads in time: what the rows show may be older by so much.';

/** Its rows show how things are now, as far as is known. */
export const isCurrent = (status: ConnectionStatus | undefined): boolean =>
  status?.phase === 'live' && !status.behindMs;

/** How current a cluster's rows are, in a word or two. `now` in ms since 1970. */
export function freshness(status: ConnectionStatus, now: number): Freshness {
  switch (status.phase) {
    case 'live': {
      if (status.behindMs) return { tone: 'warn', shape: '△', words: `behind ${humanDuration(status.behindMs)}` };
      const part = status.lookedAt ? `, part ${humanDuration(Math.max(0, now - status.lookedAt))} ago` : '';
      return status.slow
        ? { tone: 'warn', shape: '●', words: `slow${part}` }
        : { tone: 'good', shape: '●', words: `live${part}` };
    }
    case 'stale': {
      const ago = status.lastWordAt === null ? '' : ` ${humanDuration(Math.max(0, now - status.lastWordAt))}`;
      return { tone: 'warn', shape: '△', words: `stale${ago}` };
    }
    case 'connecting':
      return { tone: 'info', shape: '◔', words: phases.connecting };
    case 'failed':
      return { tone: 'bad', shape: '▲', words: (status.error && reasons[status.error.code]) ?? phases.failed };
    case 'off':
      return { tone: 'idle', shape: '○', words: phases.off };
  }
}

/** How long ago it was heard, e.g. `12s ago`; '' where it never was. `now` in ms since 1970. */
export const heard = ({ lastWordAt }: ConnectionStatus, now: number): string =>
  lastWordAt === null ? '' : `${humanDuration(Math.max(0, now - lastWordAt))} ago`;

/** The same of a cluster that is live: the words of a stale one tell it. */
export const heardLive = (status: ConnectionStatus, now: number): string =>
  status.phase === 'live' ? heard(status, now) : '';

/** The same in steps, for a name that is read out: one that changes each second would be read out each second. */
export function heardRoughly(status: ConnectionStatus, now: number): string {
  if (status.phase !== 'live' || status.lastWordAt === null) return '';
  const age = now - status.lastWordAt;
  if (age < 30_000) return 'a moment ago';
  return age < 60_000 ? 'less than a minute ago' : `${humanDuration(age - (age % 60_000))} ago`;
}

/** How it is doing in whole sentences, for a tooltip. */
export function freshnessTitle(status: ConnectionStatus, now: number): string {
  const parts = [freshness(status, now).words];
  if (status.phase === 'live' && status.behindMs) parts.push(BEHIND);
  if (status.phase === 'live' && status.lookedAt) parts.push(PART);
  if (status.error) parts.push(status.error.message, status.error.hint ?? '');
  if (status.retryAt !== null && status.retryAt > now) {
    parts.push(`Next try in ${humanDuration(status.retryAt - now)}.`);
  }
  return parts.filter(Boolean).join('\n');
}
