import { describe, expect, it } from 'vitest';
import type { Pod } from '../cluster/objects';
import { digestIn } from './digest';

const IMAGE = 'hummingbot/hummingbot:version-2.16.0';
const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;
const running = (imageID: string, image = IMAGE) =>
  ({
    spec: { containers: [{ name: 'hummingbot', image }] },
    status: { containerStatuses: [{ name: 'hummingbot', imageID }] },
  }) as Pod;

describe('the digest of an image', () => {
  it('is what the bots on the cluster run already, pinned ones included', () => {
    const pods = [
      running(`docker.io/hummingbot/hummingbot@${A}`),
      running(`docker.io/hummingbot/hummingbot@${A}`, `${IMAGE}@${A}`),
    ];
    expect(digestIn(pods, IMAGE)).toBe(A);
  });

  it('is not known where bots disagree, run other versions, or run an image that was loaded by hand', () => {
    expect(
      digestIn([running(`docker.io/hummingbot/hummingbot@${A}`), running(`x/hummingbot/hummingbot@${B}`)], IMAGE),
    ).toBe(undefined);
    expect(digestIn([running(`docker.io/hummingbot/hummingbot@${A}`, 'hummingbot/hummingbot:latest')], IMAGE)).toBe(
      undefined,
    );
    expect(digestIn([running(A)], IMAGE)).toBe(undefined);
    expect(digestIn([running(`docker.io/library/import-2026@${A}`)], IMAGE)).toBe(undefined);
  });
});
