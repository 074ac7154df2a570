// @ts-check
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Memory of a process and all it started, MB: shared pages are counted once, in shares (PSS). Linux only.
 * @param {number} pid
 */
export function memoryOf(pid) {
  return treeOf(pid).reduce((sum, id) => sum + pssOf(id), 0) / 1024;
}

/** Processor seconds that a process and all it started have used so far; of those that ended, nothing. Linux only. @param {number} pid */
export function cpuOf(pid) {
  return (
    treeOf(pid).reduce(
      (sum, id) =>
        sum +
        (fieldsOf(id)
          ?.slice(11, 13)
          .reduce((a, b) => a + Number(b), 0) ?? 0),
      0,
    ) / 100
  );
}

/** @param {number} pid @returns {number[]} */
function treeOf(pid) {
  /** @type {Map<number, number[]>} */
  const children = new Map();
  for (const entry of readdirSync('/proc')) {
    const id = Number(entry);
    if (!Number.isInteger(id)) continue;
    const parent = parentOf(id);
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), id]);
  }
  /** @param {number} id @returns {number[]} */
  const below = (id) => [id, ...(children.get(id) ?? []).flatMap(below)];
  return below(pid);
}

/** @param {number} pid @returns {number | null} null: it is gone */
function parentOf(pid) {
  const parent = fieldsOf(pid)?.[1];
  return parent === undefined ? null : Number(parent);
}

/** From the state on. @param {number} pid */
function fieldsOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before it may hold anything, blanks and brackets too.
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
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
