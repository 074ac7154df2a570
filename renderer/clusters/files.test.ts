import { describe, expect, it } from 'vitest';
import { context } from '../demo/contexts';
import { byFile } from './files';
import { parseNamespaces } from './namespaces';

describe('contexts by file', () => {
  it('shows broken and empty files beside those that work, kubectl’s own first', () => {
    const error = { code: 'INVALID' as const, message: 'Line 3 is not YAML.' };
    const own = (name: string, path: string) => context({ name, source: { kind: 'added', path, files: [path] } });
    const files = byFile({
      contexts: [own('default', '/k3s-a'), own('default', '/k3s-b'), context({ name: 'fra' })],
      problems: [{ path: '/broken', error }],
      addedFiles: ['/k3s-a', '/k3s-b', '/broken', '/empty'],
    });
    expect(files.map((file) => `${file.path} ${file.contexts.length} ${file.added}`)).toEqual([
      '/home/trader/.kube/config 1 false',
      '/k3s-a 1 true',
      '/k3s-b 1 true',
      '/broken 0 true',
      '/empty 0 true',
    ]);
    expect(files[3]?.problem).toBe(error);
  });
});

describe('namespaces to look at', () => {
  it('takes blanks, commas and repeats as they are typed', () => {
    expect(parseNamespaces(' trading, desk-two  trading')).toEqual({ names: ['trading', 'desk-two'], bad: '' });
    expect(parseNamespaces('')).toEqual({ names: [], bad: '' });
  });
  it('names the first one no cluster can have', () => {
    for (const bad of ['Trading', 'a_b', '-a', 'a-', 'x'.repeat(64), '../x']) {
      expect(parseNamespaces(`ok ${bad}`).bad).toBe(bad);
    }
  });
});
