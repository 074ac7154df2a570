import { objectsOf } from './bot/manifest';
import { draftToSpec } from './bot/spec';
import { passwordVerification } from './hummingbot/keystore';
import {
  createPracticeCluster,
  STARTER_PASSWORD,
  starterBots,
  type PracticeCluster,
  type PracticeOptions,
  type SeedBot,
} from './practice';

/**
 * A practice cluster with the bots of its first start. Their manifests are the app's own, so that they never differ from what it deploys;
 * `verification`: a `.password_verification` of the starter bots' password already made (it takes 0.2 s).
 */
export async function startPractice(options: PracticeOptions, verification?: string): Promise<PracticeCluster> {
  const cluster = createPracticeCluster(options);
  const stored = verification ?? (await passwordVerification(STARTER_PASSWORD));
  const now = options.clock.now();
  const bots = await Promise.all(
    starterBots(options.seed).map(async ({ draft, state, age }): Promise<SeedBot> => {
      // A draft that its own form would refuse is part of the practice: nothing checks it here.
      const spec = await draftToSpec(draft, { preview: true, accessMode: 'ReadWriteOncePod' });
      const password = state === 'crash-loop' ? 'not the password' : draft.password;
      const keys = { password, password_verification: stored };
      const keysName = spec.keysName.replace(/0+$/, 'practice01');
      return { objects: objectsOf({ ...spec, keys, keysName }), since: now - age, state };
    }),
  );
  cluster.seed(bots);
  return cluster;
}
