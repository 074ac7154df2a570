import { settingsSchema, type Settings } from '../../shared/settings';

/** The version this program writes. */
export const currentVersion = 1;

/** From version N to N + 1, in order. Each takes what the version before wrote and may trust nothing in it. */
const migrations: Record<number, (stored: Record<string, unknown>) => Record<string, unknown>> = {};

export type ReadResult =
  /** `broken`: names of the parts that fell back to their defaults. */
  | { kind: 'read'; settings: Settings; broken: string[] }
  | { kind: 'newer'; version: number; settings: Settings }
  /** Not settings at all. */
  | { kind: 'unusable'; settings: Settings };

export const defaults = (): Settings => settingsSchema.parse({});

/** Stored JSON as settings: older versions are migrated, broken parts fall back to their defaults one by one. Never throws. */
export function readSettings(stored: unknown): ReadResult {
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) {
    return { kind: 'unusable', settings: defaults() };
  }
  const raw = stored as Record<string, unknown>;
  const version = raw.version === undefined ? currentVersion : raw.version;
  if (typeof version === 'number' && version > currentVersion) {
    // What it shares with this version may serve for this run; it is never written back.
    return { kind: 'newer', version, settings: piecewise(raw).settings };
  }
  let value = raw;
  if (typeof version === 'number') {
    for (let at = version; at < currentVersion; at += 1) value = migrations[at]?.(value) ?? value;
  }
  const { settings, broken } = piecewise(value);
  if (raw.version !== undefined && typeof version !== 'number') broken.push('version');
  return { kind: 'read', settings, broken };
}

type Key = keyof Settings;

/** Each part alone, and of lists and tables each entry alone: one bad entry takes no other with it. */
function piecewise(raw: Record<string, unknown>): { settings: Settings; broken: string[] } {
  const settings: Record<string, unknown> = {};
  const broken: string[] = [];
  for (const key of Object.keys(settingsSchema.shape) as Key[]) {
    const value = own(raw, key);
    if (key === 'version' || value === undefined) continue;
    const standard = defaults()[key];
    if (Array.isArray(standard)) settings[key] = entries(key, value, broken);
    else if (key === 'contexts') settings[key] = table(key, value, broken);
    else settings[key] = part(key, value, broken);
  }
  return { settings: settingsSchema.parse(settings), broken };
}

function part(key: Key, value: unknown, broken: string[]): unknown {
  const parsed = settingsSchema.safeParse({ [key]: value });
  const result = parsed.success ? parsed.data[key] : defaults()[key];
  // A caught error shows in that the value read is not the value stored.
  if (!covers(result, value)) broken.push(key);
  return result;
}

function entries(key: Key, value: unknown, broken: string[]): unknown[] {
  if (!Array.isArray(value)) {
    broken.push(key);
    return [];
  }
  return value.flatMap((item, at) => {
    const kept = settingsSchema.parse({ [key]: [item] })[key] as unknown[];
    if (kept.length === 0) broken.push(`${key}[${at}]`);
    return kept;
  });
}

function table(key: Key, value: unknown, broken: string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    broken.push(key);
    return {};
  }
  const kept: [string, unknown][] = [];
  for (const [name, item] of Object.entries(value)) {
    const read = settingsSchema.parse({ [key]: Object.fromEntries([[name, item]]) })[key] as Record<string, unknown>;
    const entry = own(read, name);
    if (entry !== undefined) kept.push([name, entry]);
    if (entry === undefined || !covers(entry, item)) broken.push(`${key}.${name}`);
  }
  return Object.fromEntries(kept);
}

/** Whether nothing of `stored` was changed or lost in reading; what reading added does not count. */
function covers(read: unknown, stored: unknown): boolean {
  if (typeof stored !== 'object' || stored === null) return Object.is(read, stored);
  if (typeof read !== 'object' || read === null) return false;
  return Object.entries(stored).every(([key, value]) => covers(own(read as Record<string, unknown>, key), value));
}

function own(from: Record<string, unknown>, key: string): unknown {
  return Object.prototype.hasOwnProperty.call(from, key) ? from[key] : undefined;
}
