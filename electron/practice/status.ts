/** A refusal in the words and the shape of a real API server (`kind: Status`), as Kubernetes 1.34 was seen to give them. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    readonly body: string,
    readonly headers: Record<string, string> = { 'content-type': 'application/json' },
  ) {
    super(body);
  }
}
export interface Cause {
  reason: string;
  message: string;
  field: string;
}
interface Details {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: Partial<Cause>[];
  retryAfterSeconds?: number;
}

export interface StatusBody {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: object;
  status: 'Success' | 'Failure';
  message?: string;
  reason?: string;
  details?: Details;
  code?: number;
}

export function failure(code: number, reason: string, message: string, details?: Details): StatusBody {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason ? { reason } : {}),
    ...(details ? { details } : {}),
    code,
  };
}
export const success = (details: Details): StatusBody => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details,
});

const refuse = (code: number, reason: string, message: string, details?: Details): Refusal =>
  new Refusal(code, JSON.stringify(failure(code, reason, message, details)));

/** The kind that a refusal names: its plural, and its group where it has one. */
export interface Named {
  plural: string;
  kind: string;
  group: string;
}
const plural = ({ plural: kind, group }: Named, name: string): Details => ({
  ...(name ? { name } : {}),
  ...(group ? { group } : {}),
  kind,
});
/** `statefulsets.apps` */
export const qualified = ({ plural: name, group }: Named): string => (group ? `${name}.${group}` : name);
const kindName = ({ kind, group }: Named): string => (group ? `${kind}.${group}` : kind);

export const notFound = (kind: Named, name: string): Refusal =>
  refuse(404, 'NotFound', `${qualified(kind)} "${name}" not found`, plural(kind, name));
export const noResource = (): Refusal =>
  refuse(404, 'NotFound', 'the server could not find the requested resource', {});
export const noPath = (): Refusal =>
  new Refusal(404, '404 page not found\n', { 'content-type': 'text/plain; charset=utf-8' });
export const noMethod = (): Refusal =>
  refuse(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
export const badRequest = (message: string): Refusal => refuse(400, 'BadRequest', message);
export const exists = (kind: Named, name: string): Refusal =>
  refuse(409, 'AlreadyExists', `${qualified(kind)} "${name}" already exists`, plural(kind, name));
export const modified = (kind: Named, name: string): Refusal =>
  conflict(kind, name, 'the object has been modified; please apply your changes to the latest version and try again');
export const conflict = (kind: Named, name: string, words: string): Refusal =>
  refuse(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(kind)} "${name}": ${words}`,
    plural(kind, name),
  );
/** Of a delete's preconditions: it names the kind, not the plural. */
export const preconditionFailed = (kind: Named, name: string, words: string): Refusal =>
  refuse(409, 'Conflict', `Operation cannot be fulfilled on ${kindName(kind)} "${name}": ${words}`, {
    name,
    ...(kind.group ? { group: kind.group } : {}),
    kind: kind.kind,
  });
export const forbidden = (kind: Named, name: string, words: string): Refusal =>
  refuse(403, 'Forbidden', `${qualified(kind)}${name && ` "${name}"`} is forbidden: ${words}`, plural(kind, name));
export const unauthorized = (): Refusal => refuse(401, 'Unauthorized', 'Unauthorized');
export const unsupportedType = (accepted: string): Refusal =>
  refuse(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
  );
export const notAcceptable = (): Refusal =>
  refuse(406, 'NotAcceptable', 'only the following media types are accepted: application/json');
export const internal = (message: string): Refusal => refuse(500, '', message);
export const expired = (message: string): StatusBody => failure(410, 'Expired', message);
export const gone = (message: string): Refusal => new Refusal(410, JSON.stringify(expired(message)));

export function invalid(kind: Named, name: string, causes: Cause[]): Refusal {
  const words = causes.map(({ field, message }) => `${field}: ${message}`);
  const said = words.length === 1 ? words[0]! : `[${words.join(', ')}]`;
  return refuse(422, 'Invalid', `${kindName(kind)} "${name}" is invalid: ${said}`, {
    ...(name ? { name } : {}),
    ...(kind.group ? { group: kind.group } : {}),
    ...(kind.kind ? { kind: kind.kind } : {}),
    causes,
  });
}
export const wrong = (field: string, value: unknown, words: string): Cause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value)}: ${words}`,
  field,
});
export const required = (field: string, words = ''): Cause => ({
  reason: 'FieldValueRequired',
  message: `Required value${words ? `: ${words}` : ''}`,
  field,
});
export const forbiddenField = (field: string, words: string): Cause => ({
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${words}`,
  field,
});
export const unsupported = (field: string, value: unknown, values: string[]): Cause => ({
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${values.map((one) => `"${one}"`).join(', ')}`,
  field,
});
export const tooLarge = (asked: string, current: number): Refusal =>
  new Refusal(
    504,
    JSON.stringify(
      failure(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
        causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
        retryAfterSeconds: 1,
      }),
    ),
    { 'content-type': 'application/json', 'retry-after': '1' },
  );
/** Options of a request (`ListOptions`, `PatchOptions`, …). */
export const invalidOptions = (options: string, causes: Cause[]): Refusal =>
  invalid({ plural: '', kind: options, group: 'meta.k8s.io' }, '', causes);
export function applyConflict(causes: Cause[]): Refusal {
  const said = [...new Set(causes.map(({ message }) => message))];
  const one = said.length === 1;
  const list = causes.map(({ field, message }) => (one ? `- ${field}` : `- ${message}: ${field}`)).join('\n');
  const message =
    causes.length === 1
      ? `Apply failed with 1 conflict: ${causes[0]!.message}: ${causes[0]!.field}`
      : one
        ? `Apply failed with ${causes.length} conflicts: ${said[0]!.replace(/^conflict/, 'conflicts')}:\n${list}`
        : `Apply failed with ${causes.length} conflicts:\n${list}`;
  return refuse(409, 'Conflict', message, { causes });
}
