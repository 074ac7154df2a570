import { expect, it } from 'vitest';
import { visible } from './visible';

it('shows characters that would hide or turn round a command', () => {
  expect(visible('aws eks\u202E gpj.exe')).toBe('aws eks\\u{202e} gpj.exe');
  expect(visible('run\u200B \u0007\u001B[8m')).toBe('run\\u{200b} \\u{7}\\u{1b}[8m');
  expect(visible('a\u2028b\u{E0041}')).toBe('a\\u{2028}b\\u{e0041}');
});
it('leaves an honest command alone, in any alphabet', () => {
  expect(visible("AWS_PROFILE='größe' aws eks get-token\n--name 東京")).toBe(
    "AWS_PROFILE='größe' aws eks get-token\n--name 東京",
  );
});
