// @ts-check
/**
 * @typedef {object} Figure
 * @property {string} name
 * @property {number} value median
 * @property {string} unit
 * @property {'floor' | 'peer'} against
 * @property {string} other what it is compared with
 * @property {number} otherValue median
 * @property {number} ratio median of the pairs' ratios value / other
 * @property {number} runs
 */

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? /** @type {number} */ (sorted[middle])
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** @param {() => Promise<unknown>} run @returns {Promise<number>} ms */
export async function timeOf(run) {
  const began = performance.now();
  await run();
  return performance.now() - began;
}

/**
 * Runs ours and the others in turn, so that a machine that changes its speed changes both; the first round counts by itself.
 * @param {{ rounds: number, ours: () => Promise<number>, others: Record<string, () => Promise<number>> }} what each gives ms
 */
export async function inTurn({ rounds, ours, others }) {
  /** @type {Record<string, number[]>} */
  const times = { ours: [], ...Object.fromEntries(Object.keys(others).map((name) => [name, []])) };
  /** @type {Record<string, number>} */
  const first = {};
  for (let round = 0; round <= rounds; round++) {
    for (const [name, measure] of Object.entries({ ours, ...others })) {
      const ms = await measure();
      if (round > 0) times[name]?.push(ms);
      else first[name] = ms;
    }
  }
  return { times, first };
}

/**
 * @param {string} name @param {'floor' | 'peer'} against @param {string} other
 * @param {number[]} ours in `unit` @param {number[]} theirs the same, pair by pair
 * @param {string} [unit]
 * @returns {Figure}
 */
export function figure(name, against, other, ours, theirs, unit = 'ms') {
  const ratio = median(ours.map((value, index) => value / (theirs[index] ?? Number.NaN)));
  return {
    name,
    value: median(ours),
    unit,
    against,
    other,
    otherValue: median(theirs),
    ratio,
    runs: ours.length,
  };
}
