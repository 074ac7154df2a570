import { describe, expect, it } from 'vitest';
import { all, click, move, nothing, prune, toggle, type Selection } from './selection';

const order = ['a', 'b', 'c', 'd', 'e'];
const plain = { ctrl: false, shift: false };
const picked = (selection: Selection) => [...selection.ids].sort().join('');

describe('selection', () => {
  it('takes one by a click, several by ctrl, a range by shift', () => {
    let s = click(nothing, order, 'b', plain);
    expect(picked(s)).toBe('b');
    s = click(s, order, 'd', { ctrl: true, shift: false });
    expect(picked(s)).toBe('bd');
    s = click(s, order, 'd', { ctrl: true, shift: false });
    expect(picked(s)).toBe('b');
    s = click(click(s, order, 'b', plain), order, 'e', { ctrl: false, shift: true });
    expect(picked(s)).toBe('bcde');
    expect(picked(click(s, order, 'a', { ctrl: false, shift: true }))).toBe('ab');
  });
  it('walks by the keyboard and stops at both ends', () => {
    let s = move(nothing, order, 'down', 3, false);
    expect(s.cursor).toBe('a');
    s = move(s, order, 'up', 3, false);
    expect(s.cursor).toBe('a');
    s = move(s, order, 'pageDown', 3, false);
    expect(s.cursor).toBe('c');
    s = move(s, order, 'end', 3, false);
    expect(move(s, order, 'down', 3, false).cursor).toBe('e');
  });
  it('grows and shrinks a range with shift and the arrows', () => {
    let s = click(nothing, order, 'c', plain);
    s = move(s, order, 'down', 3, true);
    s = move(s, order, 'down', 3, true);
    expect(picked(s)).toBe('cde');
    s = move(s, order, 'up', 3, true);
    expect(picked(s)).toBe('cd');
    expect(picked(move(s, order, 'home', 3, true))).toBe('abc');
  });
  it('keeps its range when rows come in between and others leave', () => {
    const s = click(click(nothing, order, 'b', plain), order, 'c', { ctrl: false, shift: true });
    const later = ['b', 'new', 'c', 'd'];
    expect(picked(s)).toBe('bc');
    expect(picked(move(s, later, 'down', 3, true))).toBe('bcdnew');
  });
  it('starts again where the keyboard stands when the anchor has gone', () => {
    const s = click(nothing, order, 'b', plain);
    expect(picked(click(s, ['a', 'c', 'd'], 'd', { ctrl: false, shift: true }))).toBe('d');
  });
  it('forgets vanished bots, and only those', () => {
    const s = all(nothing, order);
    const left = prune(s, (id) => id !== 'a');
    expect(picked(left)).toBe('bcde');
    expect(left.cursor).toBeNull();
    expect(prune(left, () => true)).toBe(left);
  });
  it('takes and leaves the row under the cursor by space', () => {
    const s = click(nothing, order, 'b', plain);
    expect(picked(toggle(s, 'b'))).toBe('');
    expect(toggle(s, 'b').cursor).toBe('b');
  });
  it('does nothing in an empty table', () => {
    expect(move(nothing, [], 'down', 3, false)).toBe(nothing);
  });
});
