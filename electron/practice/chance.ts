/** Seeded chance: the same seed gives the same cluster, bots and market. */
export type Chance = () => number;

/** FNV-1a, 32 bits. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** One number in [0, 1) for a whole number and a seed, without a state: mulberry32's mixing. */
export function noise(seed: number, at: number): number {
  let t = (Math.imul(at | 0, 0x9e3779b1) ^ seed) + 0x6d2b79f5;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

export function createChance(seed: string): Chance {
  const base = hashOf(seed);
  let at = 0;
  return () => noise(base, at++);
}

const DIGITS = '0123456789abcdef';
export function hexOf(chance: Chance, length: number): string {
  // Not joined digit by digit: such a string is kept as a chain of its parts, twenty times its size.
  const codes = Buffer.allocUnsafe(length);
  for (let i = 0; i < length; i++) codes[i] = DIGITS.charCodeAt(Math.floor(chance() * 16));
  return codes.toString('latin1');
}

/** One piece of memory instead of a chain of parts: for texts that are kept by the thousand. */
export const flat = (ascii: string): string => Buffer.from(ascii, 'latin1').toString('latin1');

/** RFC 4122, version 4 by its looks. */
export function uuidOf(chance: Chance): string {
  const hex = hexOf(chance, 30);
  return flat(
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-${'89ab'[Math.floor(chance() * 4)]}${hex.slice(15, 18)}-${hex.slice(18, 30)}`,
  );
}
