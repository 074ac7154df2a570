import { expect, it } from 'vitest';
import { limits, usageBrief } from './usage';

it('a line among many tells what was asked, and invents nothing before it is counted', () => {
  const usage = { requestsMinute: 1200, requestsHour: 1300, bytesHour: 1_240_000, streams: 1, connections: 3 };
  expect(usageBrief(usage)).toEqual(['1,200/min', '1 stream', '3 conn.', '1.2 MB/h']);
  expect(usageBrief(null).join('')).toBe('');
});

it('the limits say which namespaces are live and which are looked at now and then', () => {
  expect(limits(null)).toContain('; 3 watches, 8 connections');
  expect(limits(['a', 'b'])).toContain('3 watches for each of its namespaces, 8');
  expect(limits(['a', 'b', 'c', 'd', 'e'])).toMatch(
    /each of the first 3 namespaces,.*; bots of the other 2 are looked at/,
  );
});
