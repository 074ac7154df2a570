import { describe, expect, it } from 'vitest';
import { busy, judge, MARK_LIFE, markText, parseMark, type Mark } from './mark';

const me = { holder: 'ana@laptop', installation: 'here' };
const now = Date.UTC(2026, 1, 24, 22, 0, 0);
const mark = (change: Partial<Mark> = {}): Mark => ({
  id: 'a',
  kind: 'stop',
  holder: 'ana@laptop',
  by: 'here',
  step: 'told to end',
  since: now - 10_000,
  expiresAt: now + MARK_LIFE,
  ...change,
});
const nothingLive = () => false;

describe('judge', () => {
  it("leaves a bot alone while someone else's mark is good", () => {
    expect(judge(mark({ holder: 'ben@desk' }), me, nothingLive, now)).toBe('busy');
  });
  it('looks before it takes over what another clock calls expired', () => {
    expect(judge(mark({ holder: 'ben@desk', expiresAt: now - 1 }), me, nothingLive, now)).toBe('observe');
  });
  it("takes its own machine's expired mark at once, but not one of an operation that runs", () => {
    const old = mark({ expiresAt: now - 1 });
    expect(judge(old, me, nothingLive, now)).toBe('free');
    expect(judge(old, me, (id) => id === 'a', now)).toBe('busy');
  });
  it('does not believe a mark of next week', () => {
    expect(judge(mark({ holder: 'ben@desk', expiresAt: now + 7 * 86_400_000 }), me, nothingLive, now)).toBe('observe');
  });
  it('does not take a laptop of the same name for itself, nor a copy of its own settings on another one', () => {
    const over = { expiresAt: now - 1 };
    expect(judge(mark({ by: 'there', ...over }), me, nothingLive, now)).toBe('observe');
    expect(judge(mark({ holder: 'ana@new-laptop', ...over }), me, nothingLive, now)).toBe('observe');
    expect(judge(mark({ by: '', ...over }), me, nothingLive, now)).toBe('free');
  });
  it('is free without a mark', () => expect(judge(null, me, nothingLive, now)).toBe('free'));
});

describe('parseMark', () => {
  it('reads what it wrote', () => expect(parseMark(markText(mark()))).toEqual(mark()));
  it('takes rubbish for no mark', () => {
    for (const text of [undefined, '', '{', 'null', '[]', '{"id":1}', '{"id":"a","expiresAt":"soon"}'])
      expect(parseMark(text)).toBeNull();
  });
  it('strips what could deceive in the window', () => {
    const read = parseMark(JSON.stringify({ ...mark(), holder: 'a\u202etxt\u001b[2Jb' }));
    expect(read?.holder).toBe('atxtb');
  });
});

it('says who does what since when', () => {
  const { error } = busy(mark({ holder: 'ben@desk' }), 'eth-1', me);
  expect(error.message).toBe('ben@desk is stopping eth-1 right now: nothing was done.');
  expect(error.hint).toContain('At “told to end”, since 21:59:50 UTC.');
});

it('says so also when its time or its kind are nonsense', () => {
  for (const since of [1e300, -1e300])
    expect(busy(mark({ since }), 'eth-1', me).error.message).toContain('stopping eth-1 right now');
  expect(parseMark(JSON.stringify({ ...mark(), kind: 'constructor' }))?.kind).toBe('edit');
});

it('does not make another computer of the same name look like this one', () => {
  const { error } = busy(mark({ by: 'there' }), 'eth-1', me);
  expect(error.message).toBe(
    'Another computer that is called ana@laptop too is stopping eth-1 right now: nothing was done.',
  );
  expect(busy(mark(), 'eth-1', me).error.message).toContain('This computer is stopping');
});
