// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import shapes from './shapes.cjs';

/**
 * @typedef {{ method: string, path: string, type?: string, kind?: string, fields: string[], body?: any }} Asked
 * @typedef {Asked & { shape: string, status: number, answer?: string, reason?: string }} Exchange as the recorder notes it
 * @typedef {{ object: string, fields: string[] }} Seen an object of an answer
 * @typedef {{ exchanges: Exchange[], objects: Seen[] }} Observed
 * @typedef {{ status: number, method: string, path: string, type?: string, body?: any }} Example
 * @typedef {{ request: string, answers: Record<string, string[]>, examples: Example[] }} Entry
 * @typedef {{ always: Record<string, string>, sometimes: Record<string, string> }} Fields by what they stand below
 * @typedef {{ requests: Entry[], answers: Record<string, Fields> }} Recording
 */

/** What the runs noted into `dir` since it was last emptied. @param {string} dir @returns {Observed} */
export function readObserved(dir) {
  /** @type {Observed} */
  const observed = { exchanges: [], objects: [] };
  if (!existsSync(dir)) return observed;
  for (const file of readdirSync(dir).sort()) {
    if (!file.endsWith('.jsonl')) continue;
    for (const line of readFileSync(join(dir, file), 'utf8').split('\n')) {
      if (line === '') continue;
      const one = JSON.parse(line);
      if (one.object) observed.objects.push(one);
      else observed.exchanges.push(one);
    }
  }
  return observed;
}

/** @param {Exchange} exchange */
const keyOf = ({ shape, kind }) => (kind ? `${shape} ${kind}` : shape);

/** All that bodies of this request hold. @param {Entry} entry @returns {Set<string>} */
const fieldsAsked = (entry) =>
  new Set(entry.examples.flatMap(({ body }) => (body === undefined ? [] : shapes.bodyFields(body))));

/** What was asked and no recording covers, in words; empty: all is covered. @param {Recording} recording @param {Observed} observed */
export function uncovered(recording, { exchanges }) {
  /** @type {Map<string, { known: Set<string> }>} */
  const known = new Map(recording.requests.map((entry) => [entry.request, { known: fieldsAsked(entry) }]));
  /** @type {Set<string>} */
  const found = new Set();
  for (const exchange of exchanges) {
    const key = keyOf(exchange);
    const entry = known.get(key);
    if (!entry) {
      found.add(`a new request: ${key}`);
      continue;
    }
    const fresh = exchange.fields.filter((field) => !entry.known.has(field));
    if (fresh.length > 0) found.add(`new in ${key}: ${fresh.join(' ')}`);
  }
  return [...found].sort();
}

/**
 * The recording with what was observed taken into it. Examples stay as they are where they tell as much, so that a difference shows
 * what is new. `whole`: what was not observed is dropped.
 * @param {Recording} recording @param {Observed} observed @param {{ whole?: boolean }} [options] @returns {Recording}
 */
export function merged(recording, { exchanges, objects }, { whole = false } = {}) {
  const seen = new Set(exchanges.map(keyOf));
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  for (const entry of recording.requests)
    if (!whole || seen.has(entry.request)) entries.set(entry.request, structuredClone(entry));
  // Good answers first: their examples are the ones to keep.
  for (const exchange of [...exchanges].sort((a, b) => rank(a) - rank(b))) {
    const key = keyOf(exchange);
    const entry = entries.get(key) ?? { request: key, answers: {}, examples: [] };
    entries.set(key, entry);
    // Status 0: asked, and not answered by a server.
    const said = exchange.status === 0 ? [] : (entry.answers[exchange.status] ??= []);
    const words = exchange.reason ?? exchange.answer;
    if (words && !said.includes(words)) said.push(words);
    said.sort();
    if (isTelling(entry, exchange)) {
      const { status, method, path, type, body } = exchange;
      entry.examples.push({ status, method, path, ...(type ? { type } : {}), ...(body === undefined ? {} : { body }) });
    }
  }
  const requests = [...entries.values()].sort((a, b) => (a.request < b.request ? -1 : 1));
  return { requests, answers: answersWith(whole ? {} : recording.answers, objects) };
}
/** @param {Exchange} exchange */
const rank = ({ status, fields }) => (status || 999) * 1000 - Math.min(fields.length, 999);

/** Whether an exchange shows what no example shows yet. @param {Entry} entry @param {Exchange} exchange */
function isTelling(entry, { status, fields }) {
  if (entry.examples.length === 0) return true;
  const known = fieldsAsked(entry);
  if (fields.some((field) => !known.has(field))) return true;
  // These two lie in the request itself, all others in what the server holds.
  return (status === 400 || status === 422) && !entry.examples.some((example) => example.status === status);
}

/** @param {Record<string, Fields>} before @param {Seen[]} objects @returns {Record<string, Fields>} */
function answersWith(before, objects) {
  /** @type {Map<string, { always: Set<string>, all: Set<string> }>} */
  const kinds = new Map();
  for (const [kind, { always, sometimes }] of Object.entries(before)) {
    const [one, other] = [spread(always), spread(sometimes)];
    kinds.set(kind, { always: new Set(one), all: new Set([...one, ...other]) });
  }
  for (const { object, fields } of objects) {
    const kind = kinds.get(object);
    if (!kind) kinds.set(object, { always: new Set(fields), all: new Set(fields) });
    else {
      const has = new Set(fields);
      for (const field of kind.always) if (!has.has(field)) kind.always.delete(field);
      for (const field of fields) kind.all.add(field);
    }
  }
  return Object.fromEntries(
    [...kinds]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, { always, all }]) => [
        kind,
        { always: grouped(always), sometimes: grouped([...all].filter((field) => !always.has(field))) },
      ]),
  );
}

/** Fields by what they stand below, to be read and compared line by line. @param {Iterable<string>} fields */
function grouped(fields) {
  /** @type {Record<string, string[]>} */
  const groups = {};
  for (const field of [...fields].sort()) {
    const at = field.lastIndexOf('.');
    (groups[at < 0 ? '' : field.slice(0, at)] ??= []).push(field.slice(at + 1));
  }
  return Object.fromEntries(Object.entries(groups).map(([above, names]) => [above, names.join(' ')]));
}
/** @param {Record<string, string>} groups @returns {string[]} */
export const spread = (groups) =>
  Object.entries(groups).flatMap(([above, names]) =>
    names.split(' ').map((name) => (above ? `${above}.${name}` : name)),
  );
