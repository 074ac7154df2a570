// @ts-check
'use strict';
/**
 * Notes what the app asks of API servers, and in which shape they answer, one line for each that this process has not noted yet. It
 * listens from outside, at Node's diagnostics channels of the libraries the app speaks through: nothing for it is built into the app.
 */
const { appendFileSync, mkdirSync } = require('node:fs');
const { join } = require('node:path');
const { subscribe } = require('node:diagnostics_channel');
const { gunzipSync } = require('node:zlib');
const { bodyFields, fieldsOf, markedPath, shapeOf, withoutSecrets } = require('./shapes.cjs');

/** As the app calls itself; what tests ask by hand has another name. */
const APP = /^Hummingdeck\//;
/** Every answer of a real API server bears it; of one that a proxy between made up only the request is noted, as status 0. */
const MARK = 'audit-id';
/** Of one answer no more is looked at: its items are alike. */
const MOST_BYTES = 8 * 1024 * 1024;
const MOST_EVENTS = 400;

/** @typedef {{ origin?: string, method: string, path: string, headers: string[] | string, body: Buffer | null, onData?: (chunk: Buffer) => unknown }} Asked */

/** Begins to note into `dir`. @param {string} dir */
function record(dir) {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, `${process.pid}-${Date.now()}.jsonl`);
  const noted = new Set();
  /** @param {string} key @param {() => object} line */
  function note(key, line) {
    if (noted.has(key)) return;
    noted.add(key);
    appendFileSync(file, `${JSON.stringify(line())}\n`);
  }

  /** @param {any} object @param {string} kind */
  function noteObject(object, kind) {
    const { kind: _, apiVersion: __, ...rest } = object;
    const fields = [...fieldsOf(rest)].filter((field) => !/managedFields/.test(field)).sort();
    note(`${kind} ${fields.join()}`, () => ({ object: kind, fields }));
  }
  /** What an answer is, by its own word; what it holds is noted by the way. @param {any} answer @returns {string} */
  function take(answer) {
    if (typeof answer?.type === 'string' && answer.object) {
      const bookmark = answer.type === 'BOOKMARK' ? ' bookmark' : '';
      noteObject(answer.object, `${answer.object.kind}${bookmark}`);
      return `events of ${answer.object.kind}`;
    }
    const kind = String(answer?.kind ?? 'version');
    if (!Array.isArray(answer?.items)) {
      noteObject(answer, kind);
      return kind;
    }
    const { items, ...list } = answer;
    noteObject(list, kind);
    for (const item of items.slice(0, MOST_EVENTS)) noteObject(item, kind.replace(/List$/, ''));
    return kind;
  }
  /**
   * @param {Omit<Asked, 'headers'> & { type: string }} asked @param {number} status
   * @param {{ answer?: string, reason?: string }} told
   */
  function noteExchange({ method, path, type, body }, status, told) {
    /** @type {any} */
    let given;
    try {
      given = body ? JSON.parse(body.toString('utf8')) : undefined;
    } catch {
      given = undefined;
    }
    const shape = shapeOf(method, path, type);
    const fields = given === undefined ? [] : bodyFields(given);
    const kind = given?.kind;
    note([shape, kind, status, told.reason, told.answer, ...fields].join(' '), () => ({
      shape,
      ...{ method, path: markedPath(path), type: type || undefined, kind, fields },
      ...{ body: given === undefined ? undefined : withoutSecrets(path, given), status, ...told },
    }));
  }

  /** @type {WeakMap<object, { take(status: number, headers: Buffer[]): void, end(): void }>} */
  const open = new WeakMap();
  subscribe('undici:request:create', (message) => {
    const request = /** @type {{ request: Asked }} */ (message).request;
    const path = apiPath(request.path);
    const agent = headerOf(request.headers, 'user-agent');
    if (path === null || !APP.test(agent)) return;
    const asked = { ...request, path, type: headerOf(request.headers, 'content-type') };
    const lines = /[?&](watch|follow)=/.test(path);
    let status = 0;
    let packed = false;
    let size = 0;
    /** @type {Buffer[]} */
    let parts = [];
    let events = 0;
    const own = request.onData;
    request.onData = function (chunk) {
      size += chunk.length;
      if (size <= MOST_BYTES && events < MOST_EVENTS) {
        parts.push(Buffer.from(chunk));
        if (lines && status === 200 && chunk.includes(10)) readLines();
      }
      return own?.call(this, chunk);
    };
    function readLines() {
      const text = Buffer.concat(parts).toString('utf8');
      const end = text.lastIndexOf('\n');
      parts = [Buffer.from(text.slice(end + 1))];
      for (const line of text.slice(0, end).split('\n')) {
        events++;
        const answer = parsed(line);
        if (answer && answer.type !== 'ERROR') noteExchange(asked, status, { answer: take(answer) });
      }
    }
    open.set(request, {
      take(code, headers) {
        const words = headers.map((part) => String(part).toLowerCase());
        status = words.includes(MARK) ? code : 0;
        packed = words.includes('gzip');
        if (status === 0 || (lines && status === 200)) noteExchange(asked, status, {});
      },
      end() {
        if (status === 0 || (lines && status === 200)) return;
        const whole = size > MOST_BYTES ? null : Buffer.concat(parts);
        const answer = whole && parsed((packed ? gunzipSync(whole) : whole).toString('utf8'));
        if (status >= 300) return noteExchange(asked, status, { reason: answer?.reason });
        noteExchange(asked, status, answer ? { answer: take(answer) } : {});
      },
    });
  });
  subscribe('undici:request:headers', (message) => {
    const { request, response } =
      /** @type {{ request: object, response: { statusCode: number, headers: Buffer[] } }} */ (message);
    open.get(request)?.take(response.statusCode, response.headers);
  });
  subscribe('undici:request:trailers', (message) => {
    const { request } = /** @type {{ request: object }} */ (message);
    quietly(() => open.get(request)?.end());
  });
  // WebSockets begin as requests of node:http.
  subscribe('http.client.request.start', (message) => {
    const { request } = /** @type {{ request: import('node:http').ClientRequest }} */ (message);
    const path = apiPath(request.path);
    if (path === null || !APP.test(String(request.getHeader('user-agent'))) || !request.getHeader('upgrade')) return;
    const asked = { method: 'GET', path, body: null, type: '' };
    request.once('upgrade', () => noteExchange(asked, 101, {}));
    request.once('response', ({ statusCode = 0, headers }) => noteExchange(asked, headers[MARK] ? statusCode : 0, {}));
  });
}

/** What the recorder can't read must never hurt the app. @param {() => void} run */
function quietly(run) {
  try {
    run();
  } catch {
    // An answer cut half-way.
  }
}

/** The part below a server's address; null: not Kubernetes' API. @param {string} path */
const apiPath = (path) => /\/(?:api\/v1|apis\/[^/?]+\/[^/?]+|version(?=$|\?)).*$/s.exec(path)?.[0] ?? null;

/** @param {string[] | string} headers @param {string} name */
function headerOf(headers, name) {
  const list = Array.isArray(headers) ? headers : String(headers).split(/\r\n|: /);
  for (let at = 0; at + 1 < list.length; at += 2) if (list[at]?.toLowerCase() === name) return list[at + 1] ?? '';
  return '';
}

/** @param {string} text @returns {any} */
function parsed(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

module.exports = { record };
