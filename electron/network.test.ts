import type { NetworkInterfaceInfo } from 'node:os';
import { expect, it } from 'vitest';
import { routableAddresses } from './network';

const at = (address: string, internal = false) => ({ address, internal }) as NetworkInterfaceInfo;
const wifi = { wlan0: [at('192.0.2.7'), at('fe80::1')], lo: [at('127.0.0.1', true)] };

it('does not take a container that starts for another network', () => {
  expect(routableAddresses({ ...wifi, veth1a2b: [at('fe80::42')] })).toBe(routableAddresses(wifi));
});

it('sees another address, and a network that is gone', () => {
  expect(routableAddresses({ ...wifi, wlan0: [at('198.51.100.3')] })).not.toBe(routableAddresses(wifi));
  expect(routableAddresses({ lo: wifi.lo })).toBe('');
});
