import { expect, it } from 'vitest';
import { usageBrief } from './usage';

it('a line among many tells what was asked, and invents nothing before it is counted', () => {
  const usage = { requestsMinute: 1200, requestsHour: 1300, bytesHour: 1_240_000, streams: 1, connections: 3 };
  expect(usageBrief(usage)).toEqual(['1,200/min', '1 stream', '3 conn.', '1.2 MB/h']);
  expect(usageBrief(null).join('')).toBe('');
});
