import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Agent, request } from 'undici';
import { parse } from 'yaml';
import { columnsOf } from '../../electron/bot/columns';
import type { Pod } from '../../electron/cluster/objects';
import { humanDuration, restartsText } from '../../shared/duration';
import { CLASSES, makeCase, randomFrom, type PodCase } from './podCases';
import { ownCluster } from './ownCluster';

const PER_CLASS = Number(process.env.HD_COLUMNS_PER_CLASS ?? 60);
const SEED = Number(process.env.HD_SEED ?? Date.now() % 1_000_000);
const PARALLEL = 16;
const namespace = `columns-${SEED}-${process.pid}`;
const pods = `/api/v1/namespaces/${namespace}/pods`;

let agent: Agent;
let server: string;

interface Answer {
  status: number;
  text: string;
}
async function call(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
  headers = {},
): Promise<Answer> {
  for (let attempt = 0; ; attempt++) {
    const answer = await request(server + path, {
      dispatcher: agent,
      method,
      headers: { accept: 'application/json', ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      body: body ? JSON.stringify(body) : null,
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 429 || attempt > 20) return { status: answer.statusCode, text };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
async function must(...args: Parameters<typeof call>): Promise<Answer> {
  const answer = await call(...args);
  if (answer.status >= 300) throw new Error(`${args[0]} ${args[1]}: ${answer.status} ${answer.text.slice(0, 600)}`);
  return answer;
}
async function each<T>(items: T[], run: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await run(item);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

beforeAll(async () => {
  const config = parse(readFileSync(ownCluster().kubeconfig, 'utf8')) as Kubeconfig;
  const cluster = config.clusters[0]!.cluster;
  const user = config.users[0]!.user;
  server = cluster.server;
  agent = new Agent({
    connections: PARALLEL,
    connect: {
      ca: material(cluster['certificate-authority'], cluster['certificate-authority-data']),
      cert: material(user['client-certificate'], user['client-certificate-data']),
      key: material(user['client-key'], user['client-key-data']),
    },
  });
  await must('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  for (let tries = 0; tries < 50; tries++) {
    if ((await call('GET', `/api/v1/namespaces/${namespace}/serviceaccounts/default`)).status === 200) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
});

afterAll(async () => {
  const list = JSON.parse((await call('GET', pods)).text) as { items: Pod[] };
  const free = { metadata: { finalizers: null } };
  await each(
    list.items.filter(({ metadata }) => metadata.deletionTimestamp),
    async ({ metadata }) => {
      await call('PATCH', `${pods}/${metadata.name}`, free, { 'content-type': 'application/merge-patch+json' });
    },
  );
  await call('DELETE', `/api/v1/namespaces/${namespace}`);
  await agent.close();
});

/** The four cells of the server's own table, by pod. */
async function serverTable(): Promise<{ cells: Map<string, string[]>; objects: Map<string, Pod> }> {
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  const table = JSON.parse((await must('GET', `${pods}?includeObject=Object`, undefined, { accept })).text) as {
    columnDefinitions: { name: string }[];
    rows: { cells: unknown[]; object: Pod }[];
  };
  const at = ['Ready', 'Status', 'Restarts', 'Age'].map((name) =>
    table.columnDefinitions.findIndex((column) => column.name === name),
  );
  return {
    cells: new Map(
      table.rows.map(({ cells, object }) => [object.metadata.name, at.map((index) => String(cells[index]))]),
    ),
    objects: new Map(table.rows.map(({ object }) => [object.metadata.name, object])),
  };
}

function ourCells(pod: Pod, now: number): string[] {
  const { ready, status, restarts, lastRestartAt, createdAt } = columnsOf(pod);
  return [ready, status, restartsText(restarts, lastRestartAt, now), humanDuration(now - createdAt)];
}

describe('READY, STATUS, RESTARTS and AGE equal the cells of the server', () => {
  test(`in ${PER_CLASS * CLASSES.length} generated states (HD_SEED=${SEED})`, async () => {
    console.log(`columns: seed ${SEED}, ${CLASSES.length} classes of ${PER_CLASS}`);
    const random = randomFrom(SEED);
    const cases: PodCase[] = CLASSES.flatMap((kind) =>
      Array.from({ length: PER_CLASS }, (_, index) => makeCase(kind, `${kind}-${index}`, random, Date.now())),
    );
    await each(cases, async ({ name, pod, status, deleted }) => {
      await must('POST', pods, pod);
      await must('PATCH', `${pods}/${name}/status`, { status }, { 'content-type': 'application/merge-patch+json' });
      if (deleted) await must('DELETE', `${pods}/${name}?gracePeriodSeconds=3600`);
    });

    // The server cuts ages at its own moment between our question and its answer: a cell may be that of either end.
    const before = Date.now();
    const { cells, objects } = await serverTable();
    const after = Date.now();
    const moments = [after, ...Array.from({ length: Math.ceil((after - before) / 500) }, (_, i) => before + i * 500)];
    const compared = new Map<string, number>();
    const wrong: unknown[] = [];
    for (const { name, kind } of cases) {
      const pod = objects.get(name);
      const server = cells.get(name);
      if (!pod || !server) {
        wrong.push({ name, kind, missing: true });
        continue;
      }
      const fits = moments.some((now) => ourCells(pod, now).join('|') === server.join('|'));
      compared.set(kind, (compared.get(kind) ?? 0) + 1);
      if (!fits) wrong.push({ name, kind, server, ours: ourCells(pod, before), status: pod.status });
    }
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(cases.length).toBeGreaterThanOrEqual(1000);
    expect(CLASSES.filter((kind) => (compared.get(kind) ?? 0) < 50)).toEqual([]);
    // A generator that makes only easy states would prove nothing.
    const statuses = new Set([...cells.values()].map((row) => row[1]));
    for (const wanted of [
      'Terminating',
      'Unknown',
      'SchedulingGated',
      'CrashLoopBackOff',
      'Completed',
      'NotReady',
      'Init:0/1',
      'Running',
    ])
      expect([...statuses]).toContain(wanted);
    expect([...statuses].some((status) => status?.startsWith('Signal:'))).toBe(true);
    expect([...statuses].some((status) => status?.startsWith('Init:ExitCode:'))).toBe(true);
  });
});

interface Kubeconfig {
  clusters: { cluster: Record<string, string> & { server: string } }[];
  users: { user: Record<string, string> }[];
}
const material = (file: string | undefined, data: string | undefined): Buffer =>
  data ? Buffer.from(data, 'base64') : readFileSync(file ?? '');
