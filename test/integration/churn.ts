import { LABEL } from '../../electron/bot/format';
import type { Pod } from '../../electron/cluster/objects';
import { inParallel, type Api } from '../cluster/api.mjs';

const MERGE = 'application/merge-patch+json';
const sets = (namespace: string, name = '') => `/apis/apps/v1/namespaces/${namespace}/statefulsets/${name}`;
const pods = (namespace: string, name = '') => `/api/v1/namespaces/${namespace}/pods/${name}`;
const now = () => new Date().toISOString().replace(/\.\d+Z/, 'Z');

/** A bot whose pod no scheduler takes: its states are played by `churn`. */
function bot(name: string, managed: boolean): object {
  const labels: Record<string, string> = { app: name, ...(managed ? { [LABEL.bot]: '1' } : {}) };
  return {
    metadata: { name, labels, annotations: { 'hummingdeck.io/pair': 'BTC-USDT' } },
    spec: {
      ...{ replicas: 1, serviceName: name, selector: { matchLabels: { app: name } } },
      updateStrategy: { type: 'OnDelete' },
      template: {
        metadata: { labels },
        spec: {
          ...{ schedulerName: 'nobody', terminationGracePeriodSeconds: 0, automountServiceAccountToken: false },
          containers: [{ name: 'hummingbot', image: 'hummingbot/hummingbot:version-2.16.0' }],
        },
      },
    },
  };
}

/** A fleet to begin with: most by the app, some by hand. */
export async function layFleet(api: Api, namespace: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++)
    await api.send('POST', sets(namespace), bot(`bot-${String(i).padStart(2, '0')}`, i % 4 !== 3));
}

/** Workloads of other people, more than the app watches. */
const OTHERS = 420;
export async function layOthers(api: Api, namespace: string): Promise<void> {
  const numbers = Array.from({ length: OTHERS }, (_, i) => i);
  await inParallel(numbers, (i) => api.send('POST', sets(namespace), other(i)), 8);
}
/** So few are left that it watches all again, where there are bots made by hand. */
export async function dropSomeOthers(api: Api, namespace: string): Promise<void> {
  await api.send('DELETE', `${sets(namespace)}?labelSelector=part=most`);
}
function other(i: number): object {
  const labels = { app: `other-${i}`, part: i % 3 === 0 ? 'rest' : 'most' };
  const containers = [{ name: 'db', image: 'postgres:17' }];
  return {
    metadata: { name: labels.app, labels },
    spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
}

/** One change of the kind that clusters make all day, chosen by chance. What is gone meanwhile is left alone. */
export async function churn(api: Api, namespace: string, random: () => number): Promise<void> {
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const name = `bot-${String(Math.floor(random() * 16)).padStart(2, '0')}`;
  const patch = (path: string, body: object) => api.send('PATCH', path, body, MERGE);
  const acts: (() => Promise<unknown>)[] = [
    () => api.send('POST', sets(namespace), bot(name, random() < 0.75)),
    () => api.send('DELETE', sets(namespace, name)),
    () => patch(sets(namespace, name), { spec: { replicas: random() < 0.5 ? 0 : 1 } }),
    () =>
      patch(sets(namespace, name), {
        metadata: { annotations: { 'hummingdeck.io/pair': `C${Math.floor(random() * 1e4)}-USDT` } },
      }),
    () => patch(sets(namespace, name), { metadata: { labels: { [LABEL.bot]: random() < 0.4 ? null : '1' } } }),
    () => api.send('DELETE', pods(namespace, `${name}-0`)),
    ...Array.from(
      { length: 4 },
      () => () => patch(`${pods(namespace, `${name}-0`)}/status`, { status: podState(random, pick) }),
    ),
  ];
  try {
    await pick(acts)!();
  } catch (thrown) {
    const { status } = thrown as { status?: number };
    if (status !== 404 && status !== 409) throw thrown;
  }
}

type Status = NonNullable<Pod['status']>;
function podState(random: () => number, pick: <T>(items: readonly T[]) => T | undefined): Status {
  const running = random() < 0.6;
  const restartCount = Math.floor(random() * 5);
  const ended = { terminated: { exitCode: pick([0, 1, 137])!, startedAt: now(), finishedAt: now() } };
  const state = running
    ? { running: { startedAt: now() } }
    : pick([{ waiting: { reason: 'CrashLoopBackOff' } }, ended])!;
  return {
    phase: running ? 'Running' : 'Pending',
    containerStatuses: [
      {
        ...{ name: 'hummingbot', ready: running, restartCount, image: 'none', imageID: '', state },
        lastState: restartCount > 0 ? ended : {},
      },
    ],
  } as Status;
}
