import { expect, test } from 'vitest';
import { bot } from '../demo/rows';
import { adviceFor, factsOf } from './advice';
import { moneyOf, type Money } from './money';

test('trouble says why and what to do', () => {
  const advice = adviceFor(bot({ state: 'trouble', status: 'ImagePullBackOff', reason: 'The image can’t be pulled.' }));
  expect(advice).toMatchObject({ tone: 'bad', error: { message: 'The image can’t be pulled.' } });
  expect(advice?.error.hint).toContain('image version');
});

test('a crash loop for want of memory is told to get more, not to read its log', () => {
  const looping = { state: 'trouble', status: 'CrashLoopBackOff' } as const;
  expect(adviceFor(bot({ ...looping, outOfMemory: true }))?.error.hint).toContain('Give it more');
  expect(adviceFor(bot(looping))?.error.hint).toContain('log of the run before');
});

test('a bot on a silent node is called probably still trading even when no reason came', () => {
  expect(adviceFor(bot({ state: 'unknown' }))?.error.message).toContain('probably still trading');
});

test('a bot that runs well gets no banner', () => {
  expect(adviceFor(bot())).toBeNull();
});

test('a practice bot is not said to trade with real money', () => {
  const money = (kind: Money) =>
    factsOf(bot(), null, { money: kind, now: 0 }).find((fact) => fact.label === 'Money')?.value;
  expect(money(moneyOf(bot(), true))).toBe('practice, not real');
  expect(money(moneyOf(bot({ paper: true })))).toBe('paper');
  expect(money(moneyOf(bot({ exchange: 'binance_perpetual_testnet' })))).toBe('test network, not real');
});

test('what is not known is not shown as a fact', () => {
  const labels = factsOf(bot({ node: '', pendingConfig: '' }), null, { money: 'real', now: 0 }).map(
    (fact) => fact.label,
  );
  expect(labels).not.toContain('Node');
  expect(labels).not.toContain('Waiting');
  expect(
    factsOf(bot({ restarts: 3, lastRestartAt: 0 }), null, { money: 'real', now: 60_000 }).find(
      (fact) => fact.label === 'Restarts',
    )?.value,
  ).toBe('3, last 60s ago');
});
