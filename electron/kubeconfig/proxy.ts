import { BlockList, isIP } from 'node:net';
import { invalid, unsupported } from './fault';
import type { Env } from './files';

/**
 * The proxy for one server: the kubeconfig's `proxy-url`, else `HTTPS_PROXY` and `NO_PROXY` by the rules of Go's
 * http.ProxyFromEnvironment, which kubectl follows. Throws `Failure` INVALID or UNSUPPORTED (SOCKS 4).
 */
export function proxyFor(server: URL, proxyUrl: string, env: Env): string | undefined {
  if (proxyUrl !== '') return checked(proxyUrl, 'The proxy of this cluster ("proxy-url")');
  const fromEnv = env.HTTPS_PROXY || env.https_proxy || '';
  if (fromEnv === '' || server.protocol !== 'https:' || !wanted(server, env.NO_PROXY || env.no_proxy || ''))
    return undefined;
  return checked(/^[a-z0-9]+:\/\//i.test(fromEnv) ? fromEnv : `http://${fromEnv}`, 'The proxy in HTTPS_PROXY');
}

function checked(text: string, what: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw invalid(`${what} is not a valid address.`);
  }
  if (/^socks4a?:$/.test(url.protocol)) {
    throw unsupported(`${what} is a SOCKS 4 proxy, which kubectl can't use either.`, 'Use socks5:// or an HTTP proxy.');
  }
  if (!/^(https?|socks5h?):$/.test(url.protocol) || url.hostname === '') {
    throw invalid(`${what} must begin with http://, https:// or socks5://.`);
  }
  return text;
}

/** False for loopback and for what `NO_PROXY` names: `*`, address, CIDR, `host` with its subdomains, `.domain`, each with or without port. */
function wanted(server: URL, noProxy: string): boolean {
  const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (isLoopback(host)) return false;
  const port = server.port || '443';
  return !noProxy
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== '' && (entry === '*' || matches(entry, host, port)));
}

export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return bare === 'localhost' || bare === '::1' || /^127(\.\d{1,3}){3}$/.test(bare);
}

function matches(entry: string, host: string, port: string): boolean {
  const [address, bits] = entry.split('/');
  const family = isIP(address ?? '');
  if (bits !== undefined) {
    if (!family || !isIP(host) || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) return false;
    const list = new BlockList();
    list.addSubnet(address ?? '', Number(bits), family === 4 ? 'ipv4' : 'ipv6');
    return list.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6');
  }
  if (family) return entry === host;
  const parts = /^(.*?)(?::(\d+))?$/.exec(entry);
  if (parts?.[2] !== undefined && parts[2] !== port) return false;
  const name = (parts?.[1] ?? '').replace(/^\[|\]$/g, '').replace(/^\*(?=\.)/, '');
  return name.startsWith('.') ? host.endsWith(name) : host === name || host.endsWith(`.${name}`);
}
