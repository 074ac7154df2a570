import { expect, test } from 'vitest';
import type { StatefulSet } from '../cluster/objects';
import { ANNOTATION } from './format';
import { recognise } from './recognise';
import { imageLabel, operationOf, rowOf } from './row';
import { NOW, podFor, workloadOf } from './testObjects';

/** A bot as the public manifests make it. */
function byHand(
  change: Partial<StatefulSet['spec']['template']['spec']['containers'][0]> = {},
  name = 'btc-usdt',
): StatefulSet {
  const app = { app: `${name}-hummingbot` };
  return {
    metadata: {
      name,
      namespace: 'default',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: app,
    },
    spec: {
      replicas: 1,
      selector: { matchLabels: app },
      template: {
        metadata: { labels: app },
        spec: {
          containers: [
            {
              name: `${name}-hummingbot`,
              image: 'coinalpha/hummingbot:development',
              tty: true,
              stdin: true,
              command: ['/bin/bash', '-c'],
              args: [
                'cp -r /readonly-conf/. /conf && /opt/conda/envs/hummingbot/bin/python3 bin/hummingbot_quickstart.py -p ChangeM3Pl34se -f quickstart.yml',
              ],
              ...change,
            },
          ],
          volumes: [{ name: 'conf', configMap: { name: `${name}-config` } }],
        },
      },
    },
  };
}

test('a bot of the app is known by its labels and annotations', async () => {
  expect(recognise(await workloadOf())).toEqual({
    managed: true,
    run: 'engine',
    pair: 'BTC-USDT',
    exchange: 'binance_paper_trade',
    strategy: 'pure_market_making',
    paper: true,
    container: 'hummingbot',
    configName: expect.stringMatching(/^eth-1-config-[0-9a-f]{10}$/) as string,
    strategyFile: 'eth-1.yml',
  });
  expect(recognise(await workloadOf({ draft: { template: 'classic-btc-usdt' } }))).toMatchObject({
    run: 'classic',
    strategyFile: 'quickstart.yml',
  });
});
test('a bot of the public manifests is recognised, its pair guessed from its name', () => {
  expect(recognise(byHand())).toEqual({
    managed: false,
    run: 'classic',
    pair: 'BTC-USDT',
    exchange: '',
    strategy: '',
    paper: false,
    container: 'btc-usdt-hummingbot',
    configName: 'btc-usdt-config',
    strategyFile: 'quickstart.yml',
  });
  expect(recognise(byHand({}, 'grid-trader'))?.pair).toBe('');
});
test.each([
  ['registry.example.com:5000/hummingbot/hummingbot:latest', true],
  ['hummingbot/hummingbot@sha256:0', true],
  ['hummingbot/hummingbot', true],
  ['hummingbot/hummingbot-api:latest', false],
  ['someone/nothummingbot/hummingbots', false],
  ['postgres:16', false],
])('%s: a bot is %s', (image, bot) => {
  expect(recognise(byHand({ image, command: ['x'], args: [] })) !== null).toBe(bot);
});
test('a mirrored image is recognised by its command', () => {
  expect(
    recognise(byHand({ image: 'mirror/hb:1', command: ['hbot', 'start', 'eth.yml', '--foreground'], args: [] })),
  ).toMatchObject({ run: 'engine', strategyFile: 'eth.yml' });
  expect(recognise(byHand({ image: 'mirror/hb:1', command: ['echo', 'hbot is nice'], args: [] }))).toBeNull();
});
test('hostile annotations reach no cell as they are, nor as an operation', async () => {
  const workload = await workloadOf();
  Object.assign(workload.metadata.annotations ?? {}, {
    [ANNOTATION.pair]: `\u001b]0;x\u0007\u202eBTC${'x'.repeat(5000)}`,
    [ANNOTATION.operation]: JSON.stringify({ id: 'a', kind: 'stop', holder: 'me\u001b[2J', step: 7, expiresAt: 9 }),
  });
  const row = rowOf({ clusterId: 'c', workload, pods: [podFor(workload, { phase: 'Odd\u0007' })], now: NOW });
  expect(row?.pair).toMatch(/^BTCx+…$/);
  expect(row?.pair.length).toBeLessThan(110);
  expect(row?.operation).toEqual({ id: 'a', kind: 'stop', holder: 'me', by: '', step: '', expiresAt: 9 });
  for (const bad of ['{', '[]', 'null', '{"id":"a","kind":"explode","expiresAt":1}', '{"id":"a","kind":"stop"}']) {
    Object.assign(workload.metadata.annotations ?? {}, { [ANNOTATION.operation]: bad });
    expect(operationOf(workload)).toBeNull();
  }
});
test('the image column is the tag, else the digest', () => {
  expect(imageLabel('r.example:5000/h/hummingbot:version-2.16.0@sha256:0123456789abcdef')).toBe('version-2.16.0');
  expect(imageLabel('r.example:5000/h/hummingbot@sha256:0123456789abcdef')).toBe('0123456789ab');
  expect(imageLabel('r.example:5000/h/hummingbot')).toBe('latest');
});
