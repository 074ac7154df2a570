import { describe, expect, it } from 'vitest';
import type { BotRow, BotState } from '../../shared/rows';
import { bot, manyBots } from '../demo/rows';
import { createOrdered } from './ordered';
import { sortables, sorter, type ColumnKey } from './sort';

const states: BotState[] = ['running', 'trouble', 'stopped', 'starting'];

/** The same numbers at every run. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

describe('rows kept in order', () => {
  it.each(['name', 'state', 'restarts', 'pair', 'cluster', 'profit'] as ColumnKey[])(
    'stand as if sorted anew after any changes, by %s either way',
    (key) => {
      for (const descending of [false, true]) {
        const pick = chance(7);
        const rows = new Map(manyBots(400, 1_700_000_000_000).map((row) => [row.id, row]));
        const sort = { key, descending };
        const by = sorter(
          sort,
          sortables(key, (id) => id),
        );
        const anew = () => [...rows.values()].map((row) => by.of(row)).sort(by.compare);
        const ordered = createOrdered(by);
        ordered.update(rows, null);
        for (let round = 0; round < 60; round++) {
          const touched = new Set<string>();
          for (let i = 0; i < 1 + pick(12); i++) {
            const at = [...rows.values()][pick(rows.size)]!;
            const what = pick(5);
            let next: BotRow | null = { ...at, state: states[pick(4)]!, restarts: pick(5), pair: `P${pick(9)}-USDT` };
            if (what === 0) next = null;
            if (what === 1) next = bot({ id: `new-${round}-${i}`, name: `new-${pick(50)}` });
            if (next) rows.set(next.id, next);
            else rows.delete(at.id);
            touched.add(next?.id ?? at.id);
          }
          expect(ordered.update(rows, touched)).toEqual(anew().map(({ row }) => row));
        }
      }
    },
  );
  it('turned round and put by another column they stand as if sorted anew, with what changed in between', () => {
    const rows = new Map(manyBots(200, 1_700_000_000_000).map((row) => [row.id, row]));
    const name = (id: string) => id;
    const ofRestarts = sortables('restarts', name);
    const first = sorter({ key: 'restarts', descending: false }, ofRestarts);
    let ordered = createOrdered(first);
    ordered.update(rows, null);
    const [one, two] = [...rows.values()];
    rows.set(one!.id, { ...one!, restarts: 77 });
    rows.delete(two!.id);
    rows.set('new', bot({ id: 'new', restarts: 3 }));
    const others = [
      sorter({ key: 'restarts', descending: true }, ofRestarts),
      sorter({ key: 'pair', descending: false }, sortables('pair', name)),
      first,
    ];
    for (const by of others) {
      ordered = createOrdered(by, ordered);
      const anew = [...rows.values()].map((row) => by.of(row)).sort(by.compare);
      expect(ordered.update(rows, null)).toEqual(anew.map(({ row }) => row));
    }
  });
  it('gives the same rows, not new ones, when nothing changed', () => {
    const rows = new Map(manyBots(30, 0).map((row) => [row.id, row]));
    const ordered = createOrdered(
      sorter(
        { key: 'name', descending: false },
        sortables('name', (id) => id),
      ),
    );
    const first = ordered.update(rows, null);
    expect(ordered.update(rows, new Set())).toBe(first);
  });
});
