import { expect, test } from 'vitest';
import { webAddress } from './links';

test.each([
  ['https://example.com/a?b#c', 'https://example.com/a?b#c'],
  ['https://еxample.com/', 'https://xn--xample-2of.com/'],
  ['https://example.com@evil.example/', null],
  ['http://example.com/', null],
  ['file:///etc/passwd', null],
  ['javascript:alert(1)', null],
  ['https://', null],
])('%s is offered as %s', (text, offered) => {
  expect(webAddress(text)).toBe(offered);
});
