import { describe, expect, it } from 'vitest';
import type { ContainerSpec, StatefulSet } from '../cluster/objects';
import { warningsOf } from './details';

const meta = { name: 'btc-usdt', namespace: 'bots', uid: 'u', resourceVersion: '1', creationTimestamp: '' };
const bot = (container: Partial<ContainerSpec>): StatefulSet => ({
  metadata: meta,
  spec: {
    selector: {},
    template: {
      spec: {
        containers: [
          { name: 'btc-usdt', image: 'coinalpha/hummingbot:development', command: ['/bin/bash', '-c'], ...container },
        ],
      },
    },
  },
});
const start = (password: string) =>
  `cp -r /readonly-conf/. /conf && bin/hummingbot_quickstart.py ${password} -f quickstart.yml`;

describe('warnings', () => {
  it('point out the public password, an image without a version, no volume', () => {
    expect(warningsOf(bot({ args: [start('-p ChangeM3Pl34se')] }))).toEqual([
      expect.stringContaining('public default password'),
      expect.stringContaining('no fixed version'),
      expect.stringContaining('no volume'),
    ]);
  });
  it('point out a password in clear text, without repeating it', () => {
    const warnings = warningsOf(bot({ args: [start('-p s3cret-horse')] })).join(' ');
    expect(warnings).toContain('clear text');
    expect(warnings).not.toContain('s3cret-horse');
    expect(
      warningsOf(bot({ args: [start('')], env: [{ name: 'CONFIG_PASSWORD', value: 's3cret' }] })).join(),
    ).toContain('clear text');
  });
  it('are silent about a password that comes from elsewhere', () => {
    const env = [{ name: 'CONFIG_PASSWORD', valueFrom: { secretKeyRef: { name: 'k', key: 'p' } } }];
    expect(warningsOf(bot({ args: [start('-p "$CONFIG_PASSWORD"')], env })).join()).not.toContain('password');
  });
});
