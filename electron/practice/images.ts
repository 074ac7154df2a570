import type { World } from './world';

/** Images that the practice registry has. */
const KNOWN: [RegExp, RegExp][] = [
  [/^(docker\.io\/)?hummingbot\/hummingbot$/, /^(latest|development|version-(1\.\d+\.\d+|2\.(\d|1[0-6])\.0))$/],
  [/^(docker\.io\/)?coinalpha\/hummingbot$/, /^(latest|development|version-(0\.\d+\.\d+|1\.\d+\.\d+))$/],
];

/** What a pull says: null when the image is there, else the node's words. */
export function pullTrouble(world: World, image: string, bot: string): string | null {
  const [, name = '', tag = 'latest'] = /^(.+?)(?::([^:/@]+))?(?:@sha256:[0-9a-f]{64})?$/.exec(image) ?? [];
  const full = name.startsWith('docker.io/') || /^[^/]+[.:][^/]*\//.test(name) ? name : `docker.io/${name}`;
  const reference = `${full}:${tag}`;
  const failed = (why: string) =>
    `failed to pull and unpack image "${reference}": failed to resolve reference "${reference}": ${why}`;
  const gone = world.faults.of(bot).imageGone || [...world.faults.goneImages].some((part) => image.includes(part));
  if (gone) return failed(`${reference}: not found`);
  const known = KNOWN.some(([names, tags]) => names.test(name) && tags.test(tag));
  if (known) return null;
  if (!/^(docker\.io\/|[a-z0-9-]+\/)/.test(name))
    return failed(
      'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
    );
  if (!full.startsWith('docker.io/'))
    return failed(
      `failed to do request: Head "https://${full.split('/')[0]}/v2/": dial tcp: lookup ${full.split('/')[0]}: no such host`,
    );
  return failed(`${reference}: not found`);
}
export const isImageName = (image: string): boolean =>
  /^(?:[A-Za-z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/.test(
    image,
  );
