import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { OperationInfo } from '../../shared/bots';
import { createHttpTransport, openExec, openLog, systemClock } from '../../electron/cluster';
import type { PracticeCluster } from '../../electron/practice';
import { startPractice } from '../../electron/practiceStart';
import { deskOver, targetOf, type Desk } from '../../electron/practice/testing';
import { adminTarget, draft } from './operationsKit';
import { asTimeFalls, DIFFERS, missingFields } from './practiceRules';
import { createRecording, type Recording } from './recorded';

/** The main job done by the app itself on a real cluster and on the practice cluster: it asks the same, and is answered alike. */
const namespace = `practice-${randomBytes(4).toString('hex')}`;
const recordings: Record<'real' | 'practice', Recording> = { real: createRecording(), practice: createRecording() };
const told: Record<'real' | 'practice', string[]> = { real: [], practice: [] };
let cluster: PracticeCluster;
let desks: { real: Desk; practice: Desk };

beforeAll(async () => {
  cluster = await startPractice({ name: 'practice', clock: systemClock, seed: 3 });
  const real = adminTarget(inject('cluster'));
  const far = () => createHttpTransport(real, { userAgent: 'hummingdeck-test', clock: systemClock });
  desks = {
    real: deskOver({ name: 'real', transport: () => recordings.real.transport(far()) }, systemClock, real),
    practice: deskOver(
      { name: 'practice', transport: () => recordings.practice.transport(cluster.transport()) },
      systemClock,
      targetOf('practice'),
    ),
  };
});
afterAll(async () => {
  const { api } = desks.real.fleet.connectionOf(desks.real.clusterId());
  await api.remove({ base: '/api/v1', plural: 'namespaces' }, null, namespace);
  for (const desk of Object.values(desks)) desk.dispose();
  cluster.dispose();
});

async function job(which: 'real' | 'practice'): Promise<void> {
  const desk = desks[which];
  const until = async (holds: () => boolean, what: string) => {
    for (let i = 0; !holds(); i++) {
      if (i > 1_200) throw new Error(`${which}: waited in vain for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  await until(() => desk.fleet.clusters()[0]?.status.phase === 'live', 'the cluster');
  const clusterId = desk.clusterId();
  const { api } = desk.fleet.connectionOf(clusterId);
  const confirmed = { confirmedCluster: which };
  const refOf = (name: string) => {
    const { kind, uid } = desk.rows().find((row) => row.name === name && row.namespace === namespace)!;
    return { clusterId, kind, namespace, name, uid };
  };
  const end = async ({ operationId }: { operationId: string }): Promise<OperationInfo> => {
    await desk.operations.ended(operationId);
    const info = desk.operations.list().find((one) => one.id === operationId)!;
    told[which].push(`${info.kind} ${info.bot.name}: ${info.outcome} ${info.error?.code ?? ''}`);
    return info;
  };

  await api.create({ base: '/api/v1', plural: 'namespaces' }, null, { metadata: { name: namespace } });
  await desk.operations.targets(clusterId);
  const one = draft(clusterId, namespace, 'eth-1');
  await desk.operations.dryRun(one);
  await end(desk.operations.deploy(one));
  await until(() => desk.rows().some((row) => row.name === 'eth-1' && row.state === 'running'), 'the row');
  await desk.operations.details(refOf('eth-1'));
  const config = await desk.operations.readConfig(refOf('eth-1'));
  const files = config.files.map(({ path, text }) => ({
    path,
    text: text.replace('bid_spread: 0.5', 'bid_spread: 0.7'),
  }));
  const saved = await desk.operations.saveConfig({
    bot: refOf('eth-1'),
    base: config.base,
    files,
    effect: 'restart-now',
    ...confirmed,
  });
  if (!saved.saved || !saved.operationId) throw new Error('not saved');
  await end({ operationId: saved.operationId });
  const at = { namespace, pod: 'eth-1-0', container: 'hummingbot' };
  const log = openLog(api, { ...at, clock: systemClock, follow: true, tailLines: 5 });
  for await (const bytes of log.chunks) if (bytes.length > 0) break;
  log.close();
  const shell = await openExec(api, {
    ...at,
    clock: systemClock,
    command: ['/bin/sh', '-c', 'echo hi; exit 3'],
    tty: false,
    stdin: false,
  });
  await new Promise<void>((resolve) => shell.onEnd(({ code }) => (told[which].push(`exec ${code}`), resolve())));
  await end(desk.operations.stop(refOf('eth-1'), { ...confirmed, force: false }));
  await end(desk.operations.start(refOf('eth-1'), confirmed));
  await end(desk.operations.delete(refOf('eth-1'), { ...confirmed, deleteVolume: true }));
  const classic = draft(clusterId, namespace, 'classic', { template: 'classic-btc-usdt', pair: 'BTC-USDT' });
  await end(desk.operations.deploy(classic));
  await until(() => desk.rows().some((row) => row.name === 'classic'), 'the row of the classic bot');
  await end(desk.operations.stop(refOf('classic'), { ...confirmed, force: false }));
}

it('asks the same of both and is answered alike', async () => {
  await Promise.all([job('real'), job('practice')]);
  expect(told.practice).toEqual(told.real);
  const problems: string[] = [];
  for (const [shape, statuses] of recordings.real.statuses) {
    const other = recordings.practice.statuses.get(shape);
    if (!other) {
      problems.push(`never asked of the practice cluster: ${shape}`);
      continue;
    }
    const strange = [...other].filter(
      (status) => !statuses.has(status) && status !== '409' && !asTimeFalls(shape, status),
    );
    const differs = DIFFERS.some(([pattern]) => pattern.test(shape));
    if (strange.length > 0 && !differs) problems.push(`${shape}: ${strange.join()} instead of ${[...statuses].join()}`);
    const missing = missingFields(
      recordings.real.fields.get(shape) ?? new Set(),
      recordings.practice.fields.get(shape) ?? new Set(),
    );
    if (missing.length > 0) problems.push(`${shape}: without ${missing.join(' ')}`);
  }
  for (const shape of recordings.practice.statuses.keys())
    if (!recordings.real.statuses.has(shape)) problems.push(`asked of the practice cluster alone: ${shape}`);
  expect(problems).toEqual([]);
}, 400_000);
