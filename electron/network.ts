import type { NetworkInterfaceInfo } from 'node:os';

/**
 * The addresses by which this machine reaches clusters, as one text to compare. Link-local ones are left out: containers come and go
 * with interfaces that have nothing else, and no connection to a cluster depends on them.
 */
export function routableAddresses(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): string {
  return Object.values(interfaces)
    .flatMap((infos) => infos ?? [])
    .filter(({ internal, address }) => !internal && !/^(fe80:|169\.254\.)/i.test(address))
    .map(({ address }) => address)
    .sort()
    .join(' ');
}
