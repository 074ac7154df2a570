import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import type { Way } from './cluster';

/** Addresses for documentation, which stand for everywhere: the way to them is the machine's default way. */
export const EVERYWHERE = ['192.0.2.1', '2001:db8::1'];

/** What one look at the machine's network tells. */
export interface NetworkLook {
  /** The interface of each of this machine's addresses. */
  own: ReadonlyMap<string, string>;
  /** For each far address the one this machine would send from; '': there is no way to it. */
  towards: ReadonlyMap<string, string>;
  /** What open connections run over. */
  ways: readonly Way[];
}

/** What the network is made of is no concern here but by what it does to a connection: containers and bridges come and go. */
export async function lookAtNetwork(
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>,
  ways: readonly Way[],
  source = sourceTowards,
): Promise<NetworkLook> {
  const far = [...new Set([...EVERYWHERE, ...ways.map(({ to }) => to)])];
  const towards = await Promise.all(far.map(async (to): Promise<[string, string]> => [to, await source(to)]));
  const own = Object.entries(interfaces).flatMap(([name, infos]) =>
    (infos ?? []).map(({ address }): [string, string] => [address, name]),
  );
  return { own: new Map(own), towards: new Map(towards), ways };
}

/**
 * The far addresses to which the way changed between two looks: what an open connection runs from is gone from the machine, or the
 * routing table now sends from another interface, or from nowhere, or from somewhere again. Another address of the same interface while
 * the old one is still there (IPv6 renews them daily) changes nothing. Each compares with the look before only, so that a machine whose
 * routes are odd is odd once, not at each look.
 */
export function changedWays(before: NetworkLook, now: NetworkLook): string[] {
  const gone = (from: string) => before.own.has(from) && !now.own.has(from);
  const broken = [...before.ways, ...now.ways].filter(({ from }) => gone(from)).map(({ to }) => to);
  const rerouted = [...now.towards].flatMap(([to, from]) => {
    const old = before.towards.get(to);
    if (old === undefined || old === from) return [];
    const renewed = now.own.has(old) && now.own.get(old) === now.own.get(from);
    return renewed ? [] : [to];
  });
  return [...new Set([...broken, ...rerouted])];
}

/** The address this machine would send from, by its routing table: connecting a UDP socket asks that and sends nothing. '': no way. */
export function sourceTowards(to: string): Promise<string> {
  const family = isIP(to);
  if (!family) return Promise.resolve('');
  return new Promise((resolve) => {
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    const end = (address: string) => {
      socket.removeAllListeners();
      // A late word of a socket that is done with must not end the app.
      socket.on('error', () => undefined);
      try {
        socket.close();
      } catch {
        // Closed already.
      }
      resolve(address);
    };
    socket.once('error', () => end(''));
    try {
      // Port 9 is the one for discarding.
      socket.connect(9, to, (error?: Error) => end(error ? '' : socket.address().address));
    } catch {
      end('');
    }
  });
}
