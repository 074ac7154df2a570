import { expect, it } from 'vitest';
import type { Alert } from '../shared/alerts';
import { announcementsOf, badgeOf } from './announce';

const alert = (traits: Partial<Alert> = {}, name = 'eth-1'): Alert => ({
  ...{ id: name, kind: 'crashLoop', practice: false, sentence: `${name} fails again and again.`, hint: 'Look.' },
  ...{ since: 0, endedAt: null, seen: false, asBefore: false, count: 1 },
  parts: [
    {
      ...{
        kind: 'crashLoop',
        clusterId: 'c',
        cluster: 'fra',
        sentence: '',
        hint: '',
        since: 0,
        endedAt: null,
        readAt: null,
      },
      bot: { id: `row-${name}`, namespace: 'trading', name },
    },
  ],
  ...traits,
});
const on = { system: true, muted: [] };

it('the system is told nothing until the trader wants it, and never of practice or of what was so at the start', () => {
  expect(announcementsOf([alert()], { system: false, muted: [] })).toEqual([]);
  expect(announcementsOf([alert({ practice: true }), alert({ kind: 'atStart' }), alert({ endedAt: 5 })], on)).toEqual(
    [],
  );
  expect(announcementsOf([alert()], { system: true, muted: ['crashLoop'] })).toEqual([]);
});

it('one is told by its bot and leads to it; many at once are one', () => {
  expect(announcementsOf([alert()], on)).toEqual([
    { title: 'eth-1 on fra', body: 'eth-1 fails again and again.\nLook.', bot: 'row-eth-1' },
  ]);
  const many = announcementsOf(
    ['a', 'b', 'c'].map((name) => alert({}, name)),
    on,
  );
  expect(many).toEqual([{ title: 'Hummingdeck: 3 alerts', body: expect.stringContaining('b fails again'), bot: null }]);
});

it('the number on the icon counts what is real, still so and not looked at', () => {
  const all = [alert(), alert({ seen: true }), alert({ endedAt: 1 }), alert({ practice: true })];
  expect(badgeOf(all, on)).toBe(1);
  expect(badgeOf(all, { system: false, muted: [] })).toBe(0);
});
