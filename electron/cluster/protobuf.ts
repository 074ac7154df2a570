import { Failure } from '../../shared/errors';

/**
 * Reads Protocol Buffers (proto2, as Kubernetes' `generated.proto` files have it) into the objects that the same message is in JSON.
 * Fields without a name here are stepped over: their bytes are never looked at.
 */
export interface Message {
  /** The object before anything is read into it. */
  begin(): Record<string, unknown>;
  /** From the place read to up to `end`. */
  into(made: Record<string, unknown>, end: number): void;
}
/** Reads one value, from the place read to up to `end`. */
type Value = (end: number) => unknown;
/** Puts what stands there into its object. */
export type Field = (into: Record<string, unknown>, wire: number, end: number) => void;

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH = 2;
const FIXED_32 = 5;

/** What is read, and up to where it was. Reading is never interrupted. */
type Bytes = Buffer & { utf8Slice(from: number, end: number): string };
const NOTHING = Buffer.alloc(0) as Bytes;
let source = NOTHING;
let at = 0;

/** One message that fills `bytes`. Throws `Failure` SERVER for what is none. */
export function readMessage(message: Message, bytes: Buffer): Record<string, unknown> {
  source = bytes as Bytes;
  at = 0;
  try {
    return read(message, bytes.length);
  } finally {
    source = NOTHING;
  }
}

/** Fields by number, as in the `.proto` file; `begin`: what is there also when the message says nothing. */
export function message(fields: Record<number, Field>, begin: Message['begin'] = () => ({})): Message {
  const byNumber: (Field | undefined)[] = [];
  for (const [number, field] of Object.entries(fields)) byNumber[Number(number)] = field;
  return {
    begin,
    into(made, end) {
      while (at < end) {
        const tag = varint();
        const field = byNumber[tag >>> 3];
        if (field) field(made, tag & 7, end);
        else skip(tag & 7, end);
      }
      if (at !== end) throw unreadable();
    },
  };
}

/** Left out when empty, as JSON does with `omitempty`; `always`: given all the same. */
export const text = (name: string, always = false): Field => one(name, utf8, always);
export const strings = (name: string): Field => many(name, utf8);
export const number = (name: string, always = false): Field => scalar(name, (value) => value, always);
export const flag = (name: string, always = false): Field => scalar(name, (value) => value !== 0, always);
export const object = (name: string, inner: Message): Field => one(name, (end) => read(inner, end), true);
/** `fits`: which of them are kept. */
export const objects = (name: string, inner: Message, fits?: (one: Record<string, unknown>) => boolean): Field =>
  many(name, (end) => read(inner, end), fits as (one: unknown) => boolean);
/** The bytes of each, to be read later. */
export const pieces = (name: string): Field =>
  many(name, (end) => {
    const piece = source.subarray(at, end);
    at = end;
    return piece;
  });
/** `k8s.io.apimachinery.pkg.api.resource.Quantity`, as text. */
export const quantity = (name: string): Field => one(name, quantityText, true);
/** `fits`: which of them are kept, by key and length in bytes. */
export const texts = (name: string, fits?: (key: string, length: number) => boolean): Field => map(name, utf8, fits);
export const quantities = (name: string): Field => map(name, quantityText);
/** `k8s.io.apimachinery.pkg.apis.meta.v1.Time`, as RFC 3339; null for no time at all. */
export const time = (name: string): Field => one(name, rfc3339, true);
/** A message whose fields stand in JSON among its holder's. */
export function inline(inner: Message): Field {
  return (into, wire, end) => inner.into(into, extent(wire, end));
}
/** Another message's bytes, read as what is told by the fields before it. */
export function chosen(name: string, choose: (before: Record<string, unknown>) => Message): Field {
  return (into, wire, end) => void (into[name] = read(choose(into), extent(wire, end)));
}
/** What must stand before a message, e.g. `k8s\0`. */
export function after(magic: Buffer, inner: Message): Message {
  return {
    begin: inner.begin,
    into(made, end) {
      for (const byte of magic) if (at >= end || source[at++] !== byte) throw unreadable();
      inner.into(made, end);
    },
  };
}

function one(name: string, value: Value, always: boolean): Field {
  return (into, wire, end) => {
    const found = value(extent(wire, end));
    if (always || found !== '') into[name] = found;
  };
}
function many(name: string, value: Value, fits?: (one: unknown) => boolean): Field {
  return (into, wire, end) => {
    const found = value(extent(wire, end));
    const list = (into[name] as unknown[] | undefined) ?? (into[name] = []);
    if (!fits || fits(found)) list.push(found);
  };
}
/** A key and its value are a message of their own, 1 and 2. */
function map(name: string, value: Value, fits?: (key: string, length: number) => boolean): Field {
  return (into, wire, end) => {
    const stop = extent(wire, end);
    const all = (into[name] ??= {}) as Record<string, unknown>;
    let key = '';
    while (at < stop) {
      const tag = varint();
      if (tag >>> 3 > 2) {
        skip(tag & 7, stop);
        continue;
      }
      const until = extent(tag & 7, stop);
      if (tag >>> 3 === 1) key = utf8(until);
      else if (!fits || fits(key, until - at)) all[key] = value(until);
      else at = until;
    }
    if (at !== stop) throw unreadable();
  };
}
function scalar(name: string, value: (number: number) => unknown, always: boolean): Field {
  return (into, wire) => {
    if (wire !== VARINT) throw unreadable();
    const found = varint();
    if (always || found !== 0) into[name] = value(found);
  };
}
function read(inner: Message, end: number): Record<string, unknown> {
  const made = inner.begin();
  inner.into(made, end);
  return made;
}

/** Where the value ends whose length stands here. */
function extent(wire: number, end: number): number {
  if (wire !== LENGTH) throw unreadable();
  const stop = varint() + at;
  if (stop > end) throw unreadable();
  return stop;
}

/** Most texts of a fleet are the same again and again: they are made once, found by their bytes. */
const known: (string | undefined)[] = new Array<undefined>(8192);
const SHORT = 64;
function utf8(end: number): string {
  const from = at;
  at = end;
  if (from === end) return '';
  if (end - from > SHORT) return source.utf8Slice(from, end);
  let hash = end - from;
  for (let i = from; i < end; i++) hash = (Math.imul(hash, 31) + source[i]!) | 0;
  const slot = (hash ^ (hash >>> 16)) & 8191;
  const found = known[slot];
  if (found !== undefined && isSame(found, from, end)) return found;
  return (known[slot] = source.utf8Slice(from, end));
}
/** Only texts in ASCII, whose bytes are their characters. */
function isSame(text: string, from: number, end: number): boolean {
  if (text.length !== end - from) return false;
  for (let i = 0; i < text.length; i++) {
    const byte = source[from + i]!;
    if (byte > 127 || text.charCodeAt(i) !== byte) return false;
  }
  return true;
}

function quantityText(end: number): string {
  let found = '';
  while (at < end) {
    const tag = varint();
    if (tag >>> 3 === 1) found = utf8(extent(tag & 7, end));
    else skip(tag & 7, end);
  }
  return found;
}

/** Times of one object are often the same. */
let last = { seconds: NaN, text: '' };
function rfc3339(end: number): string | null {
  if (at === end) return null;
  let seconds = 0;
  while (at < end) {
    const tag = varint();
    if (tag === 8) seconds = varint();
    else skip(tag & 7, end);
  }
  if (seconds !== last.seconds) last = { seconds, text: new Date(seconds * 1000).toISOString().replace('.000', '') };
  return last.text;
}

/** Whole numbers up to 2^53; a negative one (ten bytes) down to -2^31. */
function varint(): number {
  let value = 0;
  let low = 0;
  let scale = 1;
  for (let i = 0; i < 10; i++) {
    const byte = source[at++];
    if (byte === undefined) throw unreadable();
    value += (byte & 127) * scale;
    if (i < 5) low |= (byte & 127) << (7 * i);
    if (byte < 128) return i === 9 ? low : value;
    scale *= 128;
  }
  throw unreadable();
}

function skip(wire: number, end: number): void {
  if (wire === VARINT) varint();
  else if (wire === LENGTH) at = extent(wire, end);
  else if (wire === FIXED_64) at += 8;
  else if (wire === FIXED_32) at += 4;
  else throw unreadable();
}

export function unreadable(): Failure {
  return new Failure({
    code: 'SERVER',
    message: 'The cluster sent something unreadable.',
    hint: 'A proxy on the way may change what it passes on.',
  });
}
