import { isDict, type Obj } from './objects';
import { badRequest, type Refusal } from './status';

export type Match = (object: Obj) => boolean;
const everything: Match = () => true;

const KEY = String.raw`[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?`;
const VALUE = String.raw`([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?`;
const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`);
const EQUALS = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*(${VALUE})$`);
const AMONG = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);

/** `a=b,c!=d,e in (f,g),h,!i`. @throws Refusal 400 */
export function labelMatch(selector: string): Match {
  const parts = partsOf(selector);
  if (parts.length === 0) return everything;
  const matches = parts.map(requirement);
  return (object) => matches.every((match) => match(object.metadata.labels ?? {}));
}

type LabelMatch = (labels: Record<string, string>) => boolean;
function requirement(part: string): LabelMatch {
  const equals = EQUALS.exec(part);
  if (equals) {
    const [key, operator, value] = [equals[1]!, equals[3]!, equals[4]!];
    // As apimachinery: what is not there is unequal to everything.
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const exists = EXISTS.exec(part);
  if (exists) return exists[1] ? (labels) => !(exists[2]! in labels) : (labels) => exists[2]! in labels;
  const among = AMONG.exec(part);
  if (!among) throw unreadable(part);
  const values = new Set(among[4]!.split(',').map((value) => value.trim()));
  const key = among[1]!;
  return among[3] === 'in'
    ? (labels) => key in labels && values.has(labels[key]!)
    : (labels) => !(key in labels) || !values.has(labels[key]!);
}

/** Commas inside brackets belong to a set. */
function partsOf(selector: string): string[] {
  if (selector.trim() === '') return [];
  return selector.split(/,(?![^(]*\))/).map((part) => part.trim());
}

function unreadable(part: string): Refusal {
  const [, rest = part] = /^[A-Za-z0-9_./-]+\s*(?:==?|!=)?(.*)$/.exec(part) ?? [];
  const found = rest.trim()[0] ?? '';
  return badRequest(
    `unable to parse requirement: found '${found}', expected: ${found === '=' ? 'identifier' : 'in, notin, =, ==, !=, gt, lt'}`,
  );
}

/** `metadata.name=x,involvedObject.uid!=y` over the fields a kind offers. @throws Refusal 400 */
export function fieldMatch(selector: string, fields: readonly string[]): Match {
  if (selector.trim() === '') return everything;
  const matches = selector.split(',').map((part): Match => {
    const [, path = '', operator = '', value = ''] = /^\s*([^=!]+?)\s*(==|=|!=)\s*(.*?)\s*$/.exec(part) ?? [];
    if (!operator) throw badRequest(`invalid selector: '${selector}'; can't understand '${part}'`);
    if (!['metadata.name', 'metadata.namespace', ...fields].includes(path))
      throw badRequest(`field label not supported: ${path}`);
    return (object) => (textAt(object, path) === value) === (operator !== '!=');
  });
  return (object) => matches.every((match) => match(object));
}

/** What a selection can't name: a list by one name is a look-up. */
export const nameOf = (selector: string): string | null => /^metadata\.name==?([^,=!]+)$/.exec(selector)?.[1] ?? null;

function textAt(object: Obj, path: string): string {
  let at: unknown = object;
  for (const part of path.split('.')) at = isDict(at) ? at[part] : undefined;
  if (path === 'source' && isDict(at)) at = at['component'];
  return at === undefined || at === null ? '' : String(at);
}
