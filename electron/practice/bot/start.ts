import { HOME } from '../files';
import { lineOf, passwordOf, type Launch } from '../program';
import { unlock } from './unlock';

/** How Hummingbot's start goes: it goes on, or it ends with a code and some words. */
export type Verdict = { ok: true } | { ok: false; code: number; words: string };

/** Strategy file of a bot, by name, from the folder Hummingbot looks in, or (made by hand) from wherever a ConfigMap brought it. */
export function strategyText({ files, container }: Launch, file: string): string | null {
  const name = file.replace(/^.*\//, '');
  const places = [
    `${HOME}/conf/strategies/${name}`,
    `${HOME}/conf/${name}`,
    `/conf/strategies/${name}`,
    `/conf/${name}`,
  ];
  for (const mount of container.volumeMounts ?? []) places.push(`${mount.mountPath.replace(/\/$/, '')}/${name}`);
  for (const place of places) {
    const found = files.read(place);
    if (found) return found.text();
  }
  return null;
}

/** Password and key store, as `hbot start` judges them. `stores`: the first password is stored rather than refused. */
export function judgePassword(launch: Launch, stores: boolean): Verdict | Promise<Verdict> {
  const { world, namespace, pod, files } = launch;
  if (launch.settled && !world.faults.of(`${namespace}/${pod.replace(/-\d+$/, '')}`).wrongPassword) return { ok: true };
  const password = passwordOf(launch, lineOf(launch.container));
  if (!password)
    return {
      ok: false,
      code: 4,
      words: 'no password provided — use --password-stdin, set $HBOT_PASSWORD, or run interactively',
    };
  const bad: Verdict = { ok: false, code: 4, words: 'invalid password' };
  if (world.faults.of(`${namespace}/${pod.replace(/-\d+$/, '')}`).wrongPassword) return bad;
  const verification = files.read(`${HOME}/conf/.password_verification`)?.text();
  if (verification === undefined || verification === '')
    return stores ? { ok: true } : { ok: false, code: 1, words: 'no password verification' };
  const opens = unlock(world, verification, password);
  if (typeof opens === 'boolean') return opens ? { ok: true } : bad;
  return opens.then((yes): Verdict => (yes ? { ok: true } : bad));
}
