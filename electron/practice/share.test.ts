import { expect, it } from 'vitest';
import { createShare } from './share';

it('gives equal parts once, and changes nothing of what they say', () => {
  const share = createShare();
  const spec = (name: string) => ({
    containers: [{ name, command: ['a', 'b'], limits: { memory: '1Gi', cpu: 1 }, on: true, none: null }],
    volumes: [{ name: 'tmp', emptyDir: {} }],
  });
  const [a, b, again] = [share(spec('a')), share(spec('b')), share(spec('a'))];
  expect([a, b]).toEqual([spec('a'), spec('b')]);
  expect(JSON.stringify(a)).toBe(JSON.stringify(spec('a')));
  expect(again).toBe(a);
  expect(b.volumes).toBe(a.volumes);
  expect(b.containers[0]!.limits).toBe(a.containers[0]!.limits);
  expect(share(['1', 1, '#0', { x: '1' }])).toEqual(['1', 1, '#0', { x: '1' }]);
});
