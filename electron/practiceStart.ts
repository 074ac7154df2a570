import { objectsOf } from './bot/manifest';
import { draftToSpec } from './bot/spec';
import { passwordVerification } from './hummingbot/keystore';
import {
  createPracticeCluster,
  createShare,
  crowd,
  STARTER_PASSWORD,
  starterBots,
  type PracticeCluster,
  type PracticeOptions,
} from './practice';

type StartOptions = PracticeOptions & { more?: number };

/** A practice cluster with the bots of its first start; `more`: so many bots beside them, to try the grid's speed. */
export async function startPractice(options: StartOptions, verification?: string): Promise<PracticeCluster> {
  const cluster = barePractice(options);
  await layOut(cluster, options, verification);
  return cluster;
}

/** The same without its bots yet, with room for them. */
export function barePractice({ more = 0, ...options }: StartOptions): PracticeCluster {
  return createPracticeCluster({ ...options, nodes: options.nodes ?? 3 + Math.ceil(more / 90) });
}

/**
 * Puts the bots there. Their manifests are the app's own, so that they never differ from what it deploys; `verification`: a
 * `.password_verification` of the starter bots' password already made (it takes 0.2 s).
 */
export async function layOut(
  cluster: PracticeCluster,
  { seed, clock, more = 0 }: StartOptions,
  verification?: string,
): Promise<void> {
  const stored = verification ?? (await passwordVerification(STARTER_PASSWORD));
  const now = clock.now();
  const share = createShare();
  let done = 0;
  for (const { draft, state, age } of [...starterBots(seed), ...crowd(seed, more)]) {
    // A draft that its own form would refuse is part of the practice: nothing checks it here.
    const spec = await draftToSpec(draft, { preview: true, accessMode: 'ReadWriteOncePod' });
    const password = state === 'crash-loop' ? 'not the password' : draft.password;
    const keys = { password, password_verification: stored };
    const keysName = spec.keysName.replace(/0+$/, 'practice01');
    cluster.seed([{ objects: objectsOf({ ...spec, keys, keysName }), since: now - age, state }], share);
    // Thousands must not hold up those who ask meanwhile.
    if (++done % 25 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}
