import { expect, it } from 'vitest';
import { displayNames, freshColour, NO_CHOICE } from './naming';
import type { ContextEntry } from './types';

const entry = (name: string, path: string): ContextEntry => ({
  id: `${path}#${name}`,
  name,
  source: { kind: 'added', path, files: [path] },
  server: '',
  user: '',
  namespace: 'default',
  provider: 'unknown',
  auth: 'token',
  execCommand: '',
  problem: null,
});

it('no two contexts bear one name, so that a confirmation names one cluster', () => {
  const entries = [
    entry('default', '/k/fra.yaml'),
    entry('default', '/k/nyc.yaml'),
    entry('default', '/k/a/k3s.yaml'),
    entry('default', '/k/b/k3s.yaml'),
    entry('prod', '/k/fra.yaml'),
  ];
  const names = [...displayNames(entries, () => NO_CHOICE).values()];
  expect(names[0]).toBe('default (fra.yaml)');
  expect(names[4]).toBe('prod');
  expect(new Set(names).size).toBe(5);
});

it('the trader’s own name wins', () => {
  const one = entry('default', '/k/fra.yaml');
  const names = displayNames([one, entry('default', '/k/nyc.yaml')], (id) => ({
    ...NO_CHOICE,
    displayName: id === one.id ? 'Frankfurt' : '',
  }));
  expect([...names.values()]).toEqual(['Frankfurt', 'default']);
});

it('a new cluster gets a colour no other one has while there is one', () => {
  expect(freshColour([1, 2], 1)).toBe(3);
  expect(freshColour([], 7)).toBe(7);
});
