// @ts-check
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Memory of a process and all it started, MB: shared pages are counted once, in shares (PSS). Linux only.
 * @param {number} pid
 */
export function memoryOf(pid) {
  /** @type {Map<number, number[]>} */
  const children = new Map();
  for (const entry of readdirSync('/proc')) {
    const id = Number(entry);
    if (!Number.isInteger(id)) continue;
    const parent = parentOf(id);
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), id]);
  }
  const sum = (/** @type {number} */ id) => {
    let kilobytes = pssOf(id);
    for (const child of children.get(id) ?? []) kilobytes += sum(child);
    return kilobytes;
  };
  return sum(pid) / 1024;
}

/** @param {number} pid @returns {number | null} null: it is gone */
function parentOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before it may hold anything, blanks and brackets too.
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}

/** @param {number} pid @returns {number} kB */
function pssOf(pid) {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
