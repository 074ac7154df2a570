import net from 'node:net';
import { Failure } from '../../shared/errors';

/** Asks an http proxy for a tunnel (RFC 9110, CONNECT). Rejects with the proxy's own words. */
export async function connectTunnel(
  socket: net.Socket,
  host: string,
  port: number,
  user: string,
  password: string,
): Promise<void> {
  const authority = `${net.isIPv6(host) ? `[${host}]` : host}:${port}`;
  const sign = user ? `Proxy-Authorization: Basic ${Buffer.from(`${user}:${password}`).toString('base64')}\r\n` : '';
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${sign}\r\n`);
  const head = await readUntil(socket, (bytes) => {
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0 && bytes.length > 16_384) throw new Error('answers with something other than http');
    return end < 0 ? -1 : end + 4;
  });
  const line = head.toString('latin1').split('\r\n', 1)[0] ?? '';
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1]);
  if (status >= 200 && status < 300) return;
  throw refusal(
    status === 407
      ? 'The proxy wants a sign-in (user and password in proxy-url).'
      : 'The proxy on the way to the cluster refuses to connect to it.',
    line,
  );
}

/** SOCKS 5 (RFC 1928, passwords by RFC 1929); names are resolved by the proxy. */
export async function socksTunnel(
  socket: net.Socket,
  host: string,
  port: number,
  user: string,
  password: string,
): Promise<void> {
  socket.write(user ? Buffer.from([5, 2, 0, 2]) : Buffer.from([5, 1, 0]));
  const method = (await readUntil(socket, (bytes) => (bytes.length >= 2 ? 2 : -1)))[1];
  if (method === 2) {
    const name = Buffer.from(user);
    const secret = Buffer.from(password);
    socket.write(Buffer.concat([Buffer.from([1, name.length]), name, Buffer.from([secret.length]), secret]));
    const answer = await readUntil(socket, (bytes) => (bytes.length >= 2 ? 2 : -1));
    if (answer[1] !== 0)
      throw refusal('The proxy does not accept the user and password in proxy-url.', 'socks5 sign-in failed');
  } else if (method !== 0) {
    throw refusal('The proxy wants a sign-in (user and password in proxy-url).', `socks5 method ${method}`);
  }
  const name = Buffer.from(host);
  socket.write(Buffer.concat([Buffer.from([5, 1, 0, 3, name.length]), name, Buffer.from([port >> 8, port & 255])]));
  const reply = await readUntil(socket, (bytes) => {
    if (bytes.length < 5) return -1;
    const address = bytes[3] === 1 ? 4 : bytes[3] === 4 ? 16 : 1 + bytes[4]!;
    return bytes.length >= 6 + address ? 6 + address : -1;
  });
  if (reply[1] !== 0)
    throw refusal('The proxy on the way to the cluster could not reach it.', `socks5 reply ${reply[1]}`);
}

function refusal(message: string, cause: string): Failure {
  return new Failure({ code: 'UNREACHABLE', message, hint: 'Check proxy-url in the kubeconfig.', cause });
}

/** The first bytes up to where `end` says; what follows is put back. */
function readUntil(socket: net.Socket, end: (bytes: Buffer) => number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const done = (run: () => void) => {
      socket.off('readable', onReadable).off('error', onError).off('end', onEnd);
      run();
    };
    const onError = (error: Error) => done(() => reject(error));
    const onEnd = () => done(() => reject(new Error('the proxy closed the connection')));
    const onReadable = () => {
      let chunk: Buffer | null;
      while ((chunk = socket.read() as Buffer | null)) {
        bytes = Buffer.concat([bytes, chunk]);
        try {
          const at = end(bytes);
          if (at < 0) continue;
          done(() => {
            if (bytes.length > at) socket.unshift(bytes.subarray(at));
            resolve(bytes.subarray(0, at));
          });
        } catch (error) {
          done(() => reject(error));
        }
        return;
      }
    };
    socket.on('readable', onReadable).on('error', onError).on('end', onEnd);
  });
}
