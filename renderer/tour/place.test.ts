import { describe, expect, test } from 'vitest';
import { place, ringOf, type Box } from './place';

const card = { width: 320, height: 170 };
const windows = [
  { width: 1400, height: 860 },
  { width: 1000, height: 700 },
  { width: 800, height: 560 },
];
const covers = (at: { left: number; top: number }, box: Box) =>
  at.left < box.left + box.width &&
  box.left < at.left + card.width &&
  at.top < box.top + box.height &&
  box.top < at.top + card.height;

describe.each(windows)('in a window of $width x $height', (window) => {
  const targets: Record<string, Box> = {
    'a row': { left: 48, top: 137, width: window.width - 400, height: 28 },
    'a button of the panel': { left: window.width - 320, top: 110, width: 300, height: 60 },
    'a button at the far corner': { left: window.width - 180, top: window.height - 64, width: 160, height: 30 },
    'the rail': { left: 6, top: 88, width: 36, height: 36 },
    'the bar above an open dock': { left: 48, top: window.height / 2, width: window.width - 48, height: 88 },
  };
  test.each(Object.entries(targets))('%s is not covered, and the card is whole', (_, target) => {
    const at = place(card, window, target, []);
    expect(covers(at, target)).toBe(false);
    expect(at.left).toBeGreaterThanOrEqual(0);
    expect(at.top).toBeGreaterThanOrEqual(0);
    expect(at.left + card.width).toBeLessThanOrEqual(window.width);
    expect(at.top + card.height).toBeLessThanOrEqual(window.height);
  });
});

const over = (box: Box, weight: number) => ({ ...box, weight });

test('without a target it stands in the corner at the bottom right, unless a field there has the focus', () => {
  const window = windows[0]!;
  const corner = place(card, window, null, []);
  expect(corner).toEqual({ left: 1400 - 320 - 12, top: 860 - 170 - 32 });
  const field = { left: corner.left + 10, top: corner.top + 10, width: 100, height: 30 };
  expect(covers(place(card, window, null, [over(field, 5000)]), field)).toBe(false);
});

test('beside the button of a form it covers no other button and no field, and is still near', () => {
  const window = windows[0]!;
  const deploy = { left: 1244, top: 796, width: 142, height: 30 };
  const ask = { left: 1280, top: 706, width: 108, height: 26 };
  const fields = [280, 514, 748].map((left) => ({ left, top: 764, width: 220, height: 30 }));
  const at = place(
    card,
    window,
    deploy,
    [ask, ...fields].map((box) => over(box, 900)),
  );
  for (const box of [deploy, ask, ...fields]) expect(covers(at, box)).toBe(false);
  expect(at.top).toBeGreaterThan(400);
  expect(at.left).toBeGreaterThan(900);
});

test('it does not walk about for little, and does for much', () => {
  const window = windows[0]!;
  const before = place(card, window, null, []);
  const row = { left: before.left, top: before.top, width: 320, height: 28 };
  expect(place(card, window, null, [over(row, 40)], before)).toEqual(before);
  expect(place(card, window, null, [over(row, 900)], before)).not.toEqual(before);
  // A window that was made smaller is no place for little or much.
  const smaller = place(card, { width: 900, height: 600 }, null, [], before);
  expect(smaller.left + card.width).toBeLessThanOrEqual(900);
});

test('where there is no room for all, the target comes before what has the focus', () => {
  const window = { width: 700, height: 460 };
  const target = { left: 60, top: 48, width: 630, height: 160 };
  const focused = { left: 60, top: 240, width: 630, height: 190 };
  expect(covers(place(card, window, target, [over(focused, 5000)]), target)).toBe(false);
});

test('the ring stays inside the window', () => {
  const ring = ringOf({ left: 0, top: 500, width: 1400, height: 90 }, windows[0]!);
  expect(ring.left).toBeGreaterThanOrEqual(0);
  expect(ring.left + ring.width).toBeLessThanOrEqual(1400);
});
