import { expect, test } from 'vitest';
import { proxyFor } from './proxy';

const proxy = (server: string, env: Record<string, string>) => proxyFor(new URL(server), '', env);

test.each([
  ['https://k8s.example:6443', '', true],
  ['https://k8s.example:6443', '*', false],
  ['https://k8s.example:6443', 'other.example, k8s.example', false],
  ['https://a.k8s.example:6443', 'k8s.example', false],
  ['https://k8s.example:6443', '.k8s.example', true],
  ['https://a.k8s.example:6443', '.k8s.example', false],
  ['https://a.k8s.example:6443', '*.k8s.example', false],
  ['https://notk8s.example:6443', 'k8s.example', true],
  ['https://k8s.example:6443', 'k8s.example:6443', false],
  ['https://k8s.example:6443', 'k8s.example:443', true],
  ['https://10.1.2.3:6443', '10.0.0.0/8', false],
  ['https://11.1.2.3:6443', '10.0.0.0/8', true],
  ['https://[fd00::1]:6443', 'fd00::/8', false],
  ['https://10.1.2.3:6443', '10.1.2.3', false],
  ['https://127.0.0.1:6443', '', false],
  ['https://localhost:6443', '', false],
  ['http://k8s.example', '', false],
])('%s with NO_PROXY %s goes by the proxy: %s', (server, NO_PROXY, proxied) => {
  expect(proxy(server, { HTTPS_PROXY: 'proxy:3128', NO_PROXY })).toBe(proxied ? 'http://proxy:3128' : undefined);
});

test("a cluster's own proxy wins over the environment's", () => {
  const env = { HTTPS_PROXY: 'http://env:1', NO_PROXY: '*' };
  expect(proxyFor(new URL('https://x'), 'https://own:2', env)).toBe('https://own:2');
});

test('a SOCKS 5 proxy is taken, as kubectl takes it; what is no proxy is refused in words', () => {
  expect(proxyFor(new URL('https://x'), 'socks5://p:1', {})).toBe('socks5://p:1');
  expect(proxy('https://x', { https_proxy: 'socks5h://p:1' })).toBe('socks5h://p:1');
  expect(() => proxyFor(new URL('https://x'), 'socks4://p:1', {})).toThrow(/SOCKS 4/);
  expect(() => proxyFor(new URL('https://x'), 'ftp://p:1', {})).toThrow(/must begin with/);
});
