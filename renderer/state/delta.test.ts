import { describe, expect, it } from 'vitest';
import type { BotRow } from '../../shared/rows';
import { bot } from '../demo/rows';
import { applyDelta, replaceRows } from './delta';

const table = (...rows: BotRow[]) => new Map(rows.map((row) => [row.id, row]));

describe('changes of the table', () => {
  it('adds, changes and removes by id', () => {
    const a = bot({ name: 'a' });
    const b = bot({ name: 'b' });
    const rows = table(a, b);
    expect(applyDelta(rows, [{ ...a, status: 'Error' }, bot({ name: 'c' })], [b.id])).toBe(true);
    expect([...rows.values()].map((row) => `${row.name} ${row.status}`)).toEqual(['a Error', 'c Running']);
  });
  it('keeps a bot that was deleted and made again within one batch', () => {
    const old = bot({ name: 'a', uid: '1' });
    const rows = table(old);
    applyDelta(rows, [bot({ name: 'a', uid: '2' })], [old.id]);
    expect(rows.get(old.id)?.uid).toBe('2');
  });
  it('takes in what changed of a row as another object, and nothing of a row it does not have', () => {
    const a = bot({ name: 'a' });
    const rows = table(a);
    expect(applyDelta(rows, [], [], [[a.id, { status: 'Error' }]])).toBe(true);
    expect(rows.get(a.id)).toEqual({ ...a, status: 'Error' });
    expect(rows.get(a.id)).not.toBe(a);
    expect(applyDelta(rows, [], [], [['nobody', { status: 'Error' }]])).toBe(false);
    expect(rows.size).toBe(1);
  });
  it('says nothing changed when an unknown bot is removed', () => {
    expect(applyDelta(table(bot()), [], ['nobody'])).toBe(false);
  });
  it('drops what a whole new table no longer holds and keeps the objects of what stayed the same', () => {
    const mark = { id: 'o', kind: 'stop' as const, holder: 'h', by: '', step: 's', expiresAt: 1 };
    const same = bot({ name: 'same', operation: mark });
    const rows = table(same, bot({ name: 'gone' }), bot({ name: 'other' }));
    replaceRows(rows, [bot({ name: 'same', operation: { ...mark } }), bot({ name: 'other', ready: '0/1' })]);
    expect([...rows.values()].map((row) => row.name)).toEqual(['same', 'other']);
    expect(rows.get(same.id)).toBe(same);
    expect([...rows.values()][1]?.ready).toBe('0/1');
  });
});
