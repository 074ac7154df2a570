import type { NetworkInterfaceInfo } from 'node:os';
import { expect, it } from 'vitest';
import { changedWays, lookAtNetwork, sourceTowards } from './network';

const at = (address: string, internal = false) => ({ address, internal }) as NetworkInterfaceInfo;
const wifi = { wlan0: [at('192.168.1.7'), at('2001:db8:1::7')], lo: [at('127.0.0.1', true)] };
const SERVER = '203.0.113.5';
const open = [{ from: '192.168.1.7', to: SERVER }];
/** A routing table: a prefix and where it sends from; the last that fits counts. */
const routes = (table: Record<string, string>) => async (to: string) =>
  Object.entries(table)
    .filter(([prefix]) => to.startsWith(prefix))
    .at(-1)?.[1] ?? '';
const home = routes({ '': '192.168.1.7', '127.': '127.0.0.1' });
const look = (interfaces: Parameters<typeof lookAtNetwork>[0] = wifi, source = home, ways = open) =>
  lookAtNetwork(interfaces, ways, source);

it('cuts nothing for bridges and tunnels that no connection uses, coming or going', async () => {
  const crowded = { ...wifi, docker0: [at('172.17.0.1')], cni0: [at('10.244.0.1')], tun9: [at('10.8.0.2')] };
  const alone = await look();
  const beside = await look(crowded, routes({ '': '192.168.1.7', '10.8.': '10.8.0.2' }));
  expect(changedWays(alone, beside)).toEqual([]);
  expect(changedWays(beside, alone)).toEqual([]);
});

it('sees another network, none, and one that is back', async () => {
  const office = { wlan0: [at('10.1.2.3')], lo: wifi.lo };
  const there = await look(office, routes({ '': '10.1.2.3' }));
  const none = await look({ lo: wifi.lo }, routes({}));
  expect(changedWays(await look(), there)).toContain(SERVER);
  expect(changedWays(await look(), none)).toContain(SERVER);
  expect(changedWays(none, await look())).toContain(SERVER);
});

it('sees a tunnel that takes over the way to one cluster, and concerns that one alone', async () => {
  const ways = [...open, { from: '192.168.1.7', to: '10.9.0.1' }];
  const tunnel = { ...wifi, tun0: [at('10.8.0.2')] };
  const before = await look(wifi, home, ways);
  const on = await look(tunnel, routes({ '': '192.168.1.7', '10.9.': '10.8.0.2' }), ways);
  expect(changedWays(before, on)).toEqual(['10.9.0.1']);
  expect(changedWays(on, before)).toEqual(['10.9.0.1']);
});

it('sees that the address of an open connection is gone, although the way is the same before and after', async () => {
  const ways = [{ from: '2001:db8:1::6', to: '2001:db8:9::1' }];
  const six = routes({ '': '2001:db8:1::7' });
  const both = { wlan0: [...wifi.wlan0, at('2001:db8:1::6')] };
  expect(changedWays(await look(both, six, ways), await look(wifi, six, ways))).toEqual(['2001:db8:9::1']);
});

it('cuts nothing when IPv6 renews its address and keeps the old one', async () => {
  const renewed = { wlan0: [...wifi.wlan0, at('2001:db8:1::8')] };
  const ways = [{ from: '2001:db8:1::7', to: '2001:db8:9::1' }];
  const before = await look(wifi, routes({ '': '2001:db8:1::7' }), ways);
  expect(changedWays(before, await look(renewed, routes({ '': '2001:db8:1::8' }), ways))).toEqual([]);
});

it('asks the routing table of this machine', async () => {
  expect(await sourceTowards('127.0.0.1')).toBe('127.0.0.1');
  expect(await sourceTowards('no address')).toBe('');
});
