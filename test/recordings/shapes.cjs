// @ts-check
'use strict';
/**
 * What counts as the same request and the same answer: requests and answers without what is particular about them. Plain CommonJS,
 * because the recorder is also loaded into the running app (`recorder.cjs`).
 */
const { createHash } = require('node:crypto');

/** Parameters whose very value is part of what is asked. */
const TELLING = ['watch', 'follow', 'previous', 'timestamps', 'dryRun', 'force', 'tty', 'stdin', 'propagationPolicy'];
/**
 * What is asked in either way by chance, and replayed in both: a list in pages or, after a page that has run out, whole; a watch that goes
 * on from a version or begins with all there is.
 */
const PAGES = ['limit', 'continue'];
const BEGINNINGS = ['resourceVersion', 'resourceVersionMatch', 'sendInitialEvents'];
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z/g;

/**
 * The parts of an API path and which of them are names.
 * @param {string} address
 */
function partsOf(address) {
  const parts = address.split('/');
  const core = parts[1] === 'api' ? 3 : 4;
  const inNamespace = parts[core] === 'namespaces' && parts.length > core + 2;
  return { parts, namespaceAt: inNamespace ? core + 1 : -1, nameAt: core + (inNamespace ? 3 : 1), core };
}

/** A command line without what differs from bot to bot. @param {string[]} argv */
function commandShape(argv) {
  const text = argv
    .join(' ')
    .replace(/(HUMMINGDECK_SESSION=)[\w-]+/g, '$1*')
    .replace(UUID, '*')
    .replace(/\S+\.sqlite/g, '*.sqlite')
    .replace(/\s+/g, ' ');
  if (text.length <= 60) return text;
  return `${text.slice(0, 40)}… (${createHash('sha256').update(text).digest('hex').slice(0, 8)})`;
}

/** A label selector; of labels that are not the app's own the names say nothing. @param {string} selector */
function selectorShape(selector) {
  // Which labels tell bots made by hand apart, and how many, is theirs to choose.
  const plain = selector
    .replace(/[\w./-]+ in \([^)]*\)(,[\w./-]+ in \([^)]*\))*/g, '* in (*)')
    .replace(/=[^,=]+/g, '=*');
  return plain.replace(
    /(^|,)(!?)([\w./-]+)/g,
    (_, before, not, key) => `${before}${not}${/\.io\//.test(key) ? key : '*'}`,
  );
}

/** @param {string} name @param {string[]} values */
function parameterShape(name, values) {
  const [value = ''] = values;
  if (name === 'fieldSelector') return `${name}=${value.replace(/=[^,]*/g, '=*')}`;
  if (name === 'labelSelector') return `${name}=${selectorShape(value)}`;
  if (name === 'command') return `${name}=${commandShape(values)}`;
  if (name === 'resourceVersion' && value === '0') return `${name}=0`;
  return TELLING.includes(name) ? `${name}=${value}` : name;
}

/**
 * One request without what is particular about it: names, tokens and versions give way to marks.
 * @param {string} method @param {string} path @param {string} [type] content type of the body
 */
function shapeOf(method, path, type = '') {
  const [address = '', query = ''] = path.split(/\?(.*)/s);
  const { parts, namespaceAt, nameAt } = partsOf(address);
  const review = address.includes('/authorization.k8s.io/');
  const marked = parts.map((part, at) =>
    at === namespaceAt ? '{namespace}' : at === nameAt && part && !review ? '{name}' : part,
  );
  const given = new URLSearchParams(query);
  const list = method === 'GET' && !parts[nameAt];
  const eitherWay = !list ? [] : given.has('watch') ? BEGINNINGS : PAGES;
  const told = [...new Set(given.keys())].filter((name) => !eitherWay.includes(name)).sort();
  const names = told.map((name) => parameterShape(name, given.getAll(name)));
  const kind = method === 'PATCH' ? ` [${type.split(';')[0]}]` : '';
  return `${method} ${marked.join('/')}${names.length > 0 ? `?${names.join('&')}` : ''}${kind}`;
}

/** Maps whose keys are the user's, not the API's. */
const OPEN =
  /(^|\.)(labels|annotations|data|stringData|matchLabels|requests|limits|capacity|allocatable|allocatedResources|hard|used|nodeSelector|fieldsV1)$/;

/**
 * All fields of a value, lists and open maps taken together: `items[].metadata.labels.*`.
 * @param {unknown} value @param {string} [path] @param {Set<string>} [found] @returns {Set<string>}
 */
function fieldsOf(value, path = '', found = new Set()) {
  if (Array.isArray(value)) for (const item of value) fieldsOf(item, `${path}[]`, found);
  else if (typeof value === 'object' && value !== null) {
    if (OPEN.test(path)) found.add(`${path}.*`);
    else for (const [key, inner] of Object.entries(value)) fieldsOf(inner, path ? `${path}.${key}` : key, found);
  } else found.add(path);
  return found;
}

/** Fields of a body; what it orders by a word is part of it. @param {any} body @returns {string[]} */
function bodyFields(body) {
  const fields = fieldsOf(body);
  fields.delete('');
  for (const name of ['propagationPolicy', 'gracePeriodSeconds'])
    if (fields.delete(name)) fields.add(`${name}=${body[name]}`);
  return [...fields].sort();
}

const SECRET = /pass|token|secret|credential|private/i;
/** Of scripts and files the beginning will do. */
const LONGEST = 120;
const HIDDEN = 'bm90IHRvbGQ=';

/**
 * A body as it may be kept: no secret in it, and marks where it names what exists once.
 * @param {string} path @param {any} value @returns {any}
 */
function withoutSecrets(path, value) {
  const namespace = namespaceOf(path);
  const secret = value?.kind === 'Secret' || /\/secrets(\/|\?|$)/.test(path);
  /** @param {any} one @param {string} key @param {any} owner @returns {any} */
  const walk = (one, key, owner) => {
    if (Array.isArray(one)) return one.map((item) => walk(item, key, one));
    if (one !== null && typeof one === 'object') {
      if (secret && (key === 'data' || key === 'stringData'))
        return Object.fromEntries(Object.keys(one).map((name) => [name, one[name] === null ? null : HIDDEN]));
      return Object.fromEntries(Object.entries(one).map(([name, inner]) => [name, walk(inner, name, one)]));
    }
    if (typeof one !== 'string') return one;
    if (key === 'resourceVersion') return one === '1' ? one : '{resourceVersion}';
    if (key === 'value' && SECRET.test(String(owner?.name))) return 'not told';
    if (key === 'token') return 'not told';
    return marked(one, namespace);
  };
  return walk(value, '', null);
}

/** @param {string} text @param {string | null} namespace */
function marked(text, namespace) {
  const whole = text.replace(UUID, '{uid}').replace(TIME, '{time}');
  const plain = whole.length > LONGEST ? `${whole.slice(0, LONGEST)}…` : whole;
  return namespace ? plain.replace(new RegExp(`(?<![\\w-])${namespace}(?![\\w-])`, 'g'), '{namespace}') : plain;
}

/** @param {string} path @returns {string | null} */
function namespaceOf(path) {
  const { parts, namespaceAt } = partsOf(path.split('?')[0] ?? '');
  return (namespaceAt > 0 && parts[namespaceAt]) || null;
}

/** A path with marks for what exists once. @param {string} path */
function markedPath(path) {
  const [address = '', query = ''] = path.split(/\?(.*)/s);
  const { parts, namespaceAt } = partsOf(address);
  const namespace = namespaceOf(path);
  const where = parts.map((part, at) => (at === namespaceAt ? '{namespace}' : part)).join('/');
  const given = [...new URLSearchParams(query)].map(([name, value]) => {
    if (name === 'timeoutSeconds') return [name, '300'];
    if (name === 'command') return [name, commandMarked(value ?? '')];
    if (name === 'continue') return [name, '{continue}'];
    if (name === 'resourceVersion' && value !== '0') return [name, '{resourceVersion}'];
    return [name, marked(value, name.endsWith('Selector') ? namespace : null)];
  });
  return given.length > 0 ? `${where}?${given.map(([name, value]) => `${name}=${value}`).join('&')}` : where;
}

/** @param {string} text */
const commandMarked = (text) => encodeURIComponent(text.replace(/(HUMMINGDECK_SESSION=)[\w-]+/g, '$1session'));

module.exports = { shapeOf, fieldsOf, bodyFields, withoutSecrets, markedPath, partsOf };
