import type { ProviderId } from '../../shared/rows';
import type { Settings } from '../../shared/settings';
import type { ContextEntry } from '../fleet';
import type { TargetResult } from '../kubeconfig/types';

/** What one practice cluster is made from. */
export interface Plan {
  /** Its context's id; names no file, so that no kubeconfig can take its place. */
  id: string;
  name: string;
  provider: ProviderId;
  seed: string;
  /** How many bots; 0: the starter bots alone. */
  bots: number;
}

/** What the trader chose for all of them. */
export type Wanted = Settings['practice'];

/** Where the second and later ones pretend to stand, provider by provider. */
const REGIONS: readonly [ProviderId, readonly string[]][] = [
  ['linode', ['fra', 'sgp', 'tok', 'syd', 'ord', 'mum']],
  ['digitalocean', ['sgp', 'nyc', 'tor', 'blr', 'sfo', 'lon']],
  ['gcp', ['tokyo', 'zurich', 'iowa', 'seoul', 'sydney', 'madrid']],
  ['vultr', ['ams', 'sea', 'mia', 'waw', 'sel', 'mex']],
  ['aws', ['virginia', 'dublin', 'oregon', 'osaka', 'paulo', 'milan']],
  ['azure', ['london', 'texas', 'dubai', 'pune', 'oslo', 'gavle']],
  ['scaleway', ['par', 'ams', 'waw', 'par', 'ams', 'waw']],
  ['civo', ['lon', 'nyc', 'fra', 'phx', 'lon', 'nyc']],
];
/** A host that can't exist (RFC 2606): nothing of a practice cluster ever goes over a wire. */
const SERVER = 'https://practice.invalid';
const NAMESPACE = 'trading';

export const isPractice = (contextId: string): boolean => /^practice#[1-9]\d*$/.test(contextId);
export const practiceId = (number: number): string => `practice#${number}`;
export const practiceIds = (count: number): string[] => Array.from({ length: count }, (_, i) => practiceId(i + 1));

/** Its name is its mark, so the word is in every one; the number keeps two in one region apart. */
function identityOf(number: number): Pick<Plan, 'name' | 'provider'> {
  if (number === 1) return { name: 'practice', provider: 'unknown' };
  const [provider, regions] = REGIONS[(number - 2) % REGIONS.length]!;
  const region = regions[Math.floor((number - 2) / REGIONS.length) % regions.length]!;
  return { name: `practice-${region}-${number}`, provider };
}

/** null: there is no such practice cluster. */
export function planOf(contextId: string, { clusters, bots }: Wanted, seed: string): Plan | null {
  const number = isPractice(contextId) ? Number(contextId.replace(/^.*#/, '')) : 0;
  if (number < 1 || number > clusters) return null;
  return { id: contextId, ...identityOf(number), seed: number === 1 ? seed : `${seed} ${number}`, bots };
}

export const entryOf = ({ id, name, provider }: Plan): ContextEntry => ({
  id,
  name,
  source: { kind: 'practice', path: '', files: [] },
  server: SERVER,
  user: '',
  namespace: NAMESPACE,
  provider,
  auth: 'none',
  execCommand: '',
  problem: null,
});

export const targetOf = ({ id, name, bots }: Plan): TargetResult => ({
  ok: true,
  target: {
    contextId: id,
    contextName: name,
    server: SERVER,
    insecureSkipTlsVerify: false,
    namespace: NAMESPACE,
    credentials: { kind: 'none', get: () => Promise.resolve({}), refresh: () => Promise.resolve(null) },
    // Another number of bots is laid out anew, so it is connected anew.
    fingerprint: `${id} ${bots}`,
  },
});
