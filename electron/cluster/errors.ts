import { cleanText } from '../../shared/clean';
import { Failure, type AppError } from '../../shared/errors';
import type { Status } from './objects';
import { kindOfPlural } from './resources';

/** What was asked, for sentences where the server's own words don't say it. */
export interface Asked {
  /** e.g. `StatefulSet bot-1`. */
  what?: string;
}

/**
 * A server's refusal as a `Failure`: code, sentence, hint, the server's words as cause, HTTP status, `Retry-After` in ms.
 * Takes whatever came: a Kubernetes `Status`, a page of a proxy, nothing.
 */
export function statusFailure(
  status: number,
  headers: Record<string, string>,
  body: string,
  asked: Asked = {},
): Failure {
  const parsed = readStatus(body);
  if (!parsed) return told({ ...foreign(status, headers, body), status, retryAfterMs: retryAfter(headers) });
  return statusObjectFailure(parsed, status, headers, asked);
}

/** The same for a `Status` that came as a watch's ERROR event or over channel 3. */
export function statusObjectFailure(
  answer: Status,
  http?: number,
  headers: Record<string, string> = {},
  asked: Asked = {},
): Failure {
  const status = answer.code ?? http ?? 500;
  const seconds = answer.details?.retryAfterSeconds;
  const error = explain(status, answer, asked);
  return told({
    ...error,
    cause: error.cause ?? words(answer),
    status,
    retryAfterMs: retryAfter(headers) ?? (seconds ? seconds * 1000 : undefined),
  });
}

/**
 * Words of a server may come from anyone who could get them there, a webhook or a proxy's page: they are stripped of what turns or hides
 * text, and of credentials that a page echoes.
 */
function told(error: AppError): Failure {
  const legible = (text: string) =>
    text
      .split('\n')
      .map((line) => cleanText(line, text.length))
      .join('\n')
      .replace(/\b(bearer|basic)(\s+)[\w.~+/=-]{8,}/gi, '$1$2(hidden)')
      .replace(/\beyJ[\w-]{8,}\.[\w.-]+/g, '(hidden)');
  const { message, cause } = error;
  return new Failure({
    ...error,
    message: legible(message),
    ...(cause === undefined ? {} : { cause: legible(cause) }),
  });
}

function explain(status: number, answer: Status, asked: Asked): AppError {
  const thing = asked.what ?? [kindName(answer.details?.kind), answer.details?.name].filter(Boolean).join(' ');
  const reason = answer.reason ?? '';
  if (status === 401) {
    return {
      code: 'UNAUTHORIZED',
      message: 'The cluster does not accept this sign-in.',
      hint: 'It may have expired: sign in again at the provider, or get a fresh kubeconfig, then try again.',
    };
  }
  if (status === 403) return forbidden(answer);
  if (status === 404) {
    return {
      code: 'NOT_FOUND',
      message:
        thing && answer.details?.name
          ? `${thing} does not exist on the cluster.`
          : 'The cluster does not know what was asked for.',
    };
  }
  if (status === 409) return conflict(answer, thing);
  if (status === 410 || reason === 'Expired' || reason === 'Gone') {
    return { code: 'GONE', message: 'What was asked for is too old for the cluster; it must be read anew.' };
  }
  if (status === 422 || status === 400 || status === 413 || status === 415) {
    const causes = (answer.details?.causes ?? []).map((cause) =>
      [cause.field, cause.message].filter(Boolean).join(': '),
    );
    return {
      code: 'INVALID',
      message: `The cluster does not accept ${thing || 'this'}${causes[0] ? `: ${sentence(causes[0])}` : '.'}`,
      cause: causes.length > 1 ? `${words(answer)}\n${causes.join('\n')}` : undefined,
    };
  }
  if (status === 429) {
    return {
      code: 'TOO_MANY_REQUESTS',
      message: 'The cluster is asking for fewer requests.',
      hint: 'Hummingdeck waits and tries again by itself.',
    };
  }
  if (status === 504 || reason === 'Timeout' || reason === 'ServerTimeout') {
    return {
      code: 'TIMEOUT',
      message: 'The cluster took too long to answer.',
      hint: 'It may be overloaded; try again.',
    };
  }
  if (status === 405 || status === 406 || status === 501) {
    return { code: 'UNSUPPORTED', message: "This cluster's version can't do that." };
  }
  if (
    status >= 500 &&
    /error dialing backend|proxy error from|No agent available|dial tcp/.test(answer.message ?? '')
  ) {
    return {
      code: 'UNREACHABLE',
      message: "The cluster can't reach the node that the pod runs on.",
      hint: 'What runs there may well go on. Try again in a moment.',
    };
  }
  if (status === 503) {
    return {
      code: 'SERVER',
      message: 'The cluster can’t answer right now.',
      hint: 'It may be starting or being upgraded; try again.',
    };
  }
  return {
    code: 'SERVER',
    message: 'The cluster reports a fault of its own.',
    hint: 'Try again; if it stays, the provider can help.',
  };
}

const RIGHT = /cannot (\S+) resource "([^"]+)" in API group "([^"]*)"(?: in the namespace "([^"]+)")?/;

function forbidden(answer: Status): AppError {
  const said = answer.message ?? '';
  const right = RIGHT.exec(said);
  if (right) {
    const [, verb, resource, group, namespace] = right;
    const name = group ? `${resource}.${group}` : resource;
    const where = namespace ? `in namespace ${namespace}` : 'in the whole cluster';
    return {
      code: 'FORBIDDEN',
      message: `This sign-in may not ${verb} ${name} ${where}.`,
      hint: `Ask whoever runs the cluster for the right “${verb} ${name}” ${where}.`,
    };
  }
  if (/exceeded quota|must specify (limits|requests)/.test(said)) {
    return {
      code: 'FORBIDDEN',
      message: `The quota of the namespace does not allow it: ${sentence(after(said, 'forbidden: '))}`,
      hint: 'Make it smaller, remove something else, or ask for a larger quota.',
    };
  }
  if (/violates PodSecurity/.test(said)) {
    return {
      code: 'FORBIDDEN',
      message: `The security rules of the namespace do not allow this pod: ${sentence(after(said, 'forbidden: '))}`,
      hint: 'Use another namespace, or ask whoever runs the cluster to allow it.',
    };
  }
  if (/is being terminated/.test(said)) {
    return {
      code: 'FORBIDDEN',
      message: 'The namespace is being deleted; nothing new can be made in it.',
      hint: 'Use another namespace.',
    };
  }
  return {
    code: 'FORBIDDEN',
    message: said
      ? `The cluster does not allow it: ${sentence(after(said, 'forbidden: '))}`
      : 'The cluster does not allow it.',
  };
}

function conflict(answer: Status, thing: string): AppError {
  if (answer.reason === 'AlreadyExists') {
    return {
      code: 'EXISTS',
      message: `${thing || 'This name'} exists already; nothing was overwritten.`,
      hint: 'Choose another name.',
    };
  }
  const owners = (answer.details?.causes ?? []).filter((cause) => cause.reason === 'FieldManagerConflict');
  if (owners.length > 0) {
    const managers = [
      ...new Set(owners.map((cause) => /conflict with "([^"]+)"/.exec(cause.message ?? '')?.[1] ?? 'someone')),
    ];
    return {
      code: 'CONFLICT',
      message: `${managers.join(' and ')} also manages parts of ${thing || 'it'}; nothing was changed.`,
      hint: 'See which fields below.',
      cause: owners.map((cause) => `${cause.field ?? ''}: ${cause.message ?? ''}`).join('\n'),
    };
  }
  return {
    code: 'CONFLICT',
    message: `${thing || 'It'} was changed by someone else meanwhile; nothing was written.`,
    hint: 'Look at it as it is now and try again.',
  };
}

/** No `Status`: a gateway, a sign-in page, a web server that happens to live there. */
function foreign(status: number, headers: Record<string, string>, body: string): AppError {
  const html = /text\/html/.test(headers['content-type'] ?? '') || /^\s*<(!doctype|html)/i.test(body);
  const said = body.trim().slice(0, 500);
  const cause = `HTTP ${status}${said ? `: ${said}` : ''}`;
  if (/Client sent an HTTP request to an HTTPS server/.test(body)) {
    return {
      code: 'UNREACHABLE',
      message: 'The server speaks https, but the kubeconfig says http://.',
      hint: 'Correct the server address in the kubeconfig.',
      cause,
    };
  }
  if (!html && status === 401) return { ...explain(401, {}, {}), cause };
  if (!html && status === 403) return { ...explain(403, {}, {}), cause };
  if (!html && status === 429) return { ...explain(429, {}, {}), cause };
  if (!html && status === 404) return { ...explain(404, {}, {}), cause };
  if (!html && status >= 500 && status !== 502) return { ...explain(status, {}, {}), cause };
  if (!html && status >= 400 && status < 500) return { ...explain(400, {}, {}), cause };
  if (status === 502 || status === 503 || status === 504) {
    return {
      code: 'UNREACHABLE',
      message: 'A gateway answers, but the cluster behind it does not.',
      hint: 'The cluster may be starting or asleep; try again.',
      cause,
    };
  }
  return {
    code: 'UNREACHABLE',
    message: 'Something other than Kubernetes answers at this address.',
    hint: 'A proxy, a sign-in page of the network, or a wrong server address in the kubeconfig.',
    cause,
  };
}

/** An answer that should have been JSON and is not. */
export function notKubernetes(status: number, headers: Record<string, string>, body: string): Failure {
  return told({
    ...foreign(status === 200 ? 302 : status, headers, body),
    status,
    cause: `HTTP ${status}: ${body.trim().slice(0, 500)}`,
  });
}

function readStatus(body: string): Status | null {
  try {
    const value = JSON.parse(body) as Status | null;
    return value && typeof value === 'object' && (value.kind === 'Status' || typeof value.reason === 'string')
      ? value
      : null;
  } catch {
    return null;
  }
}

/** Retry-After: seconds or a date (RFC 9110). */
function retryAfter(headers: Record<string, string>): number | undefined {
  const value = headers['retry-after'];
  if (!value) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const at = Date.parse(value);
  const from = Date.parse(headers['date'] ?? '');
  return Number.isFinite(at) && Number.isFinite(from) ? Math.max(0, at - from) : undefined;
}

/** Servers name the kind by its plural, or as in the manifest. */
function kindName(kind = ''): string {
  return kind === '' ? '' : (kindOfPlural(kind) ?? kind);
}

const words = (answer: Status): string | undefined => answer.message ?? answer.reason;
const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
function after(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return at < 0 ? text : text.slice(at + mark.length);
}
