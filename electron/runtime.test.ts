import { describe, expect, it } from 'vitest';
import { runtimeFacts } from './runtime';

const versions = (electron: string) => ({ electron, chrome: '1', node: '18' }) as unknown as NodeJS.ProcessVersions;

describe('the development runtime', () => {
  it('refuses real clusters on an Electron older than declared', () => {
    const facts = runtimeFacts(versions('25.1.1'), '45.4.1', {});
    expect(facts).toMatchObject({ fallback: true, realClustersAllowed: false });
  });

  it('lets only the exact word of the test environment lift that', () => {
    const allowed = (value: string) =>
      runtimeFacts(versions('25.1.1'), '45.4.1', { HUMMINGDECK_ALLOW_REAL_CLUSTERS: value }).realClustersAllowed;
    expect(allowed('1')).toBe(false);
    expect(allowed('tests-only')).toBe(true);
  });

  it('is not seen in the declared Electron or a newer one', () => {
    expect(runtimeFacts(versions('45.0.0'), '^45.4.1', {})).toMatchObject({
      fallback: false,
      realClustersAllowed: true,
    });
    expect(runtimeFacts(versions('46.1.0'), '45.4.1', {}).fallback).toBe(false);
  });
});
