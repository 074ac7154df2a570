import { describe, expect, test } from 'vitest';
import { keyMeaning, type Key } from './keys';

const press = (key: string, held: Partial<Key> = {}): Key => ({
  key,
  code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : key,
  ctrlKey: false,
  shiftKey: false,
  altKey: false,
  metaKey: false,
  ...held,
});

describe('keys inside a terminal', () => {
  test('the grid shortcuts are letters like any other to a shell', () => {
    for (const key of ['l', 'a', 's', 'e', 'd', '/']) expect(keyMeaning(press(key), 'shell', false)).toBe('send');
  });

  test('Ctrl+C interrupts a shell and never copies; with Shift it copies', () => {
    expect(keyMeaning(press('c', { ctrlKey: true }), 'shell', false)).toBe('send');
    expect(keyMeaning(press('C', { ctrlKey: true, shiftKey: true }), 'shell', false)).toBe('copy');
    expect(keyMeaning(press('c', { ctrlKey: true }), 'log', false)).toBe('copy');
    expect(keyMeaning(press('c', { metaKey: true }), 'shell', true)).toBe('copy');
  });

  test('Tab belongs to a shell but leaves a log; F6 leaves both', () => {
    expect(keyMeaning(press('Tab'), 'shell', false)).toBe('send');
    expect(keyMeaning(press('Tab'), 'log', false)).toBe('app');
    for (const kind of ['log', 'screen', 'shell'] as const) expect(keyMeaning(press('F6'), kind, false)).toBe('leave');
  });

  test('zoom works on keyboards where plus needs Shift', () => {
    expect(keyMeaning(press('+', { ctrlKey: true, shiftKey: true }), 'shell', false)).toBe('zoomIn');
    expect(keyMeaning(press('=', { ctrlKey: true }), 'shell', false)).toBe('zoomIn');
    expect(keyMeaning(press('-', { metaKey: true }), 'shell', true)).toBe('zoomOut');
  });

  test('the palette opens from a log, while Ctrl+K stays with a shell', () => {
    expect(keyMeaning(press('k', { ctrlKey: true }), 'log', false)).toBe('app');
    expect(keyMeaning(press('k', { ctrlKey: true }), 'shell', false)).toBe('send');
  });

  test('AltGr types characters such as @ on European keyboards', () => {
    expect(keyMeaning(press('@', { ctrlKey: true, altKey: true }), 'shell', false)).toBe('send');
  });
});
