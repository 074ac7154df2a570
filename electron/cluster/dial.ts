import net from 'node:net';
import tls from 'node:tls';
import type { Credentials, ClusterTarget } from '../kubeconfig/types';
import { Failure } from '../../shared/errors';
import { networkFailure, type Moment, type Place } from './network-errors';
import { connectTunnel, socksTunnel } from './tunnel';
import type { Way } from './transport';
import type { Clock } from './types';

const DIAL_MS = 15_000;

/** Everything that makes a socket to one server. */
export interface Dialer {
  readonly place: Place;
  /** A connected, verified socket; `told` hears between which addresses it runs. Rejects with `Failure`. */
  dial(told?: (way: Way) => void): Promise<net.Socket>;
}

/**
 * Sockets to a cluster's server: straight or through the kubeconfig's `proxy-url` (http, https, socks5, as kubectl knows
 * them), TLS with its authority, server name and client certificate. HTTP and WebSockets share it, so that both say the same
 * about the same trouble.
 */
export function createDialer(target: ClusterTarget, credentials: Credentials, clock: Clock): Dialer {
  const server = new URL(target.server);
  const secure = server.protocol === 'https:';
  const host = server.hostname.replace(/^\[|\]$/g, '');
  const port = Number(server.port) || (secure ? 443 : 80);
  const proxy = target.proxyUrl ? readProxy(target.proxyUrl) : null;
  const place: Place = { host: `${server.hostname}:${port}`, proxy: proxy ? proxy.host : '' };

  /** What this machine trusts and shows: read once, as reading it costs more than a handshake. */
  let context: tls.SecureContext | null = null;
  function trust(): tls.SecureContext {
    const { cert, key } = credentials;
    try {
      return (context ??= tls.createSecureContext({ ca: target.ca, cert, key }));
    } catch (error) {
      throw Object.assign(new Error((error as Error).message), { code: 'HD_BAD_PEM' });
    }
  }

  /** The server knows one who has shown his certificate before: a further connection costs both ends little. */
  let session: Buffer | undefined;

  async function open(own: (socket: net.Socket) => void, at: (moment: Moment) => void): Promise<net.Socket> {
    let socket: net.Socket | undefined;
    if (proxy) {
      at('proxy');
      socket = await through(proxy, host, port, own);
      at('connect');
    }
    if (!secure) return socket ?? (await plain(host, port, own));
    socket ??= await plain(host, port, own);
    const secured = await handshake(socket, host, target, trust(), own, session);
    secured.on('session', (next: Buffer) => (session = next));
    return secured;
  }

  return {
    place,
    dial(told) {
      let moment: Moment = 'connect';
      const owned: net.Socket[] = [];
      return new Promise((resolve, reject) => {
        const stop = clock.after(DIAL_MS, () =>
          fail(Object.assign(new Error(`no connection in ${DIAL_MS / 1000} s`), { code: 'HD_TIMEOUT' })),
        );
        const fail = (error: unknown) => {
          stop();
          for (const socket of owned) socket.destroy();
          reject(networkFailure(error, place, moment));
        };
        open(
          (socket) => owned.push(socket.on('error', () => undefined)),
          (now) => (moment = now),
        ).then((socket) => {
          stop();
          // The one below all proxies and TLS: a socket within TLS within TLS knows no addresses.
          const { localAddress, remoteAddress } = owned.find((one) => one.remoteAddress) ?? socket;
          if (localAddress && remoteAddress) told?.({ from: bare(localAddress), to: bare(remoteAddress) });
          resolve(socket.setNoDelay(true).setKeepAlive(true, 30_000));
        }, fail);
      });
    },
  };
}

/** An IPv4 address as such, also where it came over a socket for both. */
const bare = (address: string): string => address.replace(/^::ffff:(?=[\d.]+$)/i, '');

function readProxy(text: string): URL {
  let url: URL | undefined;
  try {
    url = new URL(text);
  } catch {
    // Told below.
  }
  if (url && /^(https?|socks5h?):$/.test(url.protocol)) return url;
  throw new Failure({
    code: 'UNSUPPORTED',
    message: 'The proxy-url of this context is of a kind that Hummingdeck does not know.',
    hint: 'http://, https:// and socks5:// are possible.',
  });
}

async function through(proxy: URL, host: string, port: number, own: (socket: net.Socket) => void): Promise<net.Socket> {
  const proxyHost = proxy.hostname.replace(/^\[|\]$/g, '');
  const defaults: Record<string, number> = { 'http:': 80, 'https:': 443 };
  let socket = await plain(proxyHost, Number(proxy.port) || (defaults[proxy.protocol] ?? 1080), own);
  if (proxy.protocol === 'https:') {
    socket = await secured(
      tls.connect({ socket, host: proxyHost, servername: net.isIP(proxyHost) ? '' : proxyHost }),
      own,
    );
  }
  const user = decodeURIComponent(proxy.username);
  const password = decodeURIComponent(proxy.password);
  await (proxy.protocol.startsWith('socks') ? socksTunnel : connectTunnel)(socket, host, port, user, password);
  return socket;
}

function plain(host: string, port: number, own: (socket: net.Socket) => void): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port, autoSelectFamily: true } as net.TcpNetConnectOpts);
    own(socket);
    socket.once('connect', () => resolve(socket)).once('error', reject);
  });
}

function handshake(
  socket: net.Socket,
  host: string,
  target: ClusterTarget,
  secureContext: tls.SecureContext,
  own: (socket: net.Socket) => void,
  session?: Buffer,
): Promise<net.Socket> {
  const name = target.tlsServerName || host;
  return secured(
    tls.connect({
      secureContext,
      session,
      socket,
      host,
      servername: net.isIP(name) ? '' : name,
      rejectUnauthorized: !target.insecureSkipTlsVerify,
      ALPNProtocols: ['http/1.1'],
      // By hand, because `servername` can't be an address while `tls-server-name` can.
      checkServerIdentity: (_, certificate) => tls.checkServerIdentity(name, certificate),
    }),
    own,
  );
}

function secured(socket: tls.TLSSocket, own: (socket: net.Socket) => void): Promise<net.Socket> {
  own(socket);
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', () => resolve(socket)).once('error', reject);
    socket.once('close', () =>
      reject(Object.assign(new Error('closed during the TLS handshake'), { code: 'ECONNRESET' })),
    );
  });
}
