import { objectsOf } from './bot/manifest';
import { draftToSpec } from './bot/spec';
import { passwordVerification } from './hummingbot/keystore';
import {
  createPracticeCluster,
  crowd,
  STARTER_PASSWORD,
  starterBots,
  type PracticeCluster,
  type PracticeOptions,
} from './practice';

/**
 * A practice cluster with the bots of its first start. Their manifests are the app's own, so that they never differ from what it deploys;
 * `more`: so many bots beside them, to try the grid's speed. `verification`: a `.password_verification` of the starter bots' password already made (it takes 0.2 s).
 */
export async function startPractice(
  options: PracticeOptions & { more?: number },
  verification?: string,
): Promise<PracticeCluster> {
  const more = options.more ?? 0;
  const cluster = createPracticeCluster({ ...options, nodes: options.nodes ?? 3 + Math.ceil(more / 90) });
  const stored = verification ?? (await passwordVerification(STARTER_PASSWORD));
  const now = options.clock.now();
  let done = 0;
  for (const { draft, state, age } of [...starterBots(options.seed), ...crowd(options.seed, more)]) {
    // A draft that its own form would refuse is part of the practice: nothing checks it here.
    const spec = await draftToSpec(draft, { preview: true, accessMode: 'ReadWriteOncePod' });
    const password = state === 'crash-loop' ? 'not the password' : draft.password;
    const keys = { password, password_verification: stored };
    const keysName = spec.keysName.replace(/0+$/, 'practice01');
    cluster.seed([{ objects: objectsOf({ ...spec, keys, keysName }), since: now - age, state }]);
    // Thousands must not hold up the window.
    if (++done % 25 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return cluster;
}
