import { expect, test } from 'vitest';
import { bot } from '../demo/rows';
import { consequences, deletePhrase } from './consequences';

const said = (...args: Parameters<typeof consequences>) => consequences(...args).join(' ');

test('a stop says what happens to the orders and what nobody checks', () => {
  expect(said('stop', [bot()])).toMatch(/open orders are cancelled.*last knew/);
  expect(said('stop', [bot({ paper: true })])).not.toContain('ask the exchange');
});

test('a bot on a silent node is probably still trading, and no promise about its orders is made', () => {
  const text = said('stop', [bot({ state: 'unknown' })]);
  expect(text).toContain('probably still trading');
  expect(text).not.toContain('orders are cancelled');
  expect(text.toLowerCase()).not.toContain('force');
});

test('a bot that keeps crashing is not said to cancel its orders', () => {
  const text = said('stop', [bot({ state: 'trouble', status: 'CrashLoopBackOff' })]);
  expect(text).not.toContain('orders are cancelled');
  expect(text).toContain('Look for them at the exchange');
});

test('in a mixed selection the silent one is named', () => {
  const text = said('stop', [bot({ name: 'eth-1' }), bot({ name: 'sol-9', state: 'unknown' })]);
  expect(text).toContain('sol-9: the node does not answer');
  expect(text).toContain('open orders are cancelled');
});

test('a restart names the saved change that takes effect', () => {
  expect(said('restart', [bot({ pendingConfig: 'eth-1-config-9f' })])).toContain('eth-1-config-9f');
});

test('deleting a stopped bot promises nothing about orders', () => {
  expect(said('delete', [bot({ state: 'stopped', replicas: 0, hasPod: false })])).not.toContain('orders');
});

test('one bot is deleted by its name, several by their number', () => {
  expect(deletePhrase([bot({ name: 'eth-1' })])).toBe('eth-1');
  expect(deletePhrase([bot(), bot()])).toBe('delete 2 bots');
});
