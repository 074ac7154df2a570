import { randomUUID } from 'node:crypto';
import type { BotRow } from '../../shared/rows';
import type { AppEvent } from '../../shared/events';
import { settingsSchema } from '../../shared/settings';
import { connect, type Clock } from '../cluster';
import { createFleet, type Fleet } from '../fleet';
import type { ContextEntry } from '../fleet/types';
import type { ClusterTarget } from '../kubeconfig/types';
import { createOperations, type Operations } from '../operations';
import type { Draft, OperationInfo } from '../../shared/bots';
import { startPractice } from '../practiceStart';
import type { SessionDown, SessionState, SessionUp } from '../../shared/terminals';
import { createTerminals } from '../terminals';
import { passwordVerification } from '../hummingbot/keystore';
import { STARTER_PASSWORD, type PracticeCluster, type PracticeOptions } from './index';

/** Helpers of this room's tests: the app's own rooms over practice clusters, and a clock that is moved by hand. */
export interface HandClock extends Clock {
  /** Moves time on in steps, letting everything that waits run in between. */
  advance(ms: number): Promise<void>;
}
export function handClock(start = Date.parse('2026-03-01T12:00:00Z')): HandClock {
  let now = start;
  let order = 0;
  let timers: { at: number; order: number; run: () => void }[] = [];
  const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    now: () => now,
    random: () => 0.5,
    after(ms, run) {
      const timer = { at: now + Math.max(0, ms), order: order++, run };
      timers.push(timer);
      return () => void (timers = timers.filter((other) => other !== timer));
    },
    async advance(ms) {
      const until = now + ms;
      await breathe();
      for (;;) {
        const due = timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at || a.order - b.order)[0];
        if (!due) break;
        timers = timers.filter((other) => other !== due);
        now = Math.max(now, due.at);
        due.run();
        await breathe();
      }
      now = until;
      await breathe();
    },
  };
}

export const targetOf = (id: string): ClusterTarget => ({
  contextId: id,
  contextName: id,
  server: `https://${id}.practice`,
  insecureSkipTlsVerify: false,
  namespace: 'trading',
  credentials: { kind: 'none', get: () => Promise.resolve({}), refresh: () => Promise.resolve(null) },
  fingerprint: id,
});

export interface Desk {
  fleet: Fleet;
  operations: Operations;
  events: AppEvent[];
  rows(): BotRow[];
  row(name: string): BotRow;
  clusterId(): string;
  dispose(): void;
}

/** Fleet and operations as main wires them, over one practice cluster. */
export function deskOver(
  cluster: Pick<PracticeCluster, 'name' | 'transport'>,
  clock: Clock,
  target = targetOf(cluster.name),
): Desk {
  let settings = settingsSchema.parse({});
  const events: AppEvent[] = [];
  const entry: ContextEntry = {
    id: cluster.name,
    name: cluster.name,
    source: { kind: 'added', path: 'practice', files: ['practice'] },
    server: target.server,
    user: '',
    namespace: 'trading',
    provider: 'unknown',
    auth: 'none',
    execCommand: '',
    problem: null,
  };
  const fleet = createFleet({
    contexts: { list: () => [entry], problems: () => [], target: () => ({ ok: true, target }) },
    settings: { get: () => settings, patch: (patch) => (settings = { ...settings, ...patch }) },
    connect: (to, options) => connect(to, { ...options, transport: cluster.transport() }),
    clock,
    userAgent: 'test',
    emit: (event) => events.push(event),
  });
  const operations = createOperations({
    connectionOf: (clusterId) => fleet.connectionOf(clusterId),
    clock,
    holder: 'test',
    newId: randomUUID,
    emit: () => undefined,
    gone: () => undefined,
  });
  fleet.setEnabled(cluster.name, true);
  return {
    fleet,
    operations,
    events,
    rows: () => fleet.rows(),
    row(name) {
      const found = fleet.rows().find((row) => row.name === name);
      if (!found)
        throw new Error(
          `There is no row ${name}: ${fleet
            .rows()
            .map((row) => row.name)
            .join(' ')}`,
        );
      return found;
    },
    clusterId: () => fleet.clusters()[0]!.id,
    dispose() {
      operations.dispose();
      fleet.dispose();
    },
  };
}

/** One derived key serves all tests of a file. */
let derived: Promise<string> | null = null;
const verification = () => (derived ??= passwordVerification(STARTER_PASSWORD));

/** One trader at a practice cluster: the whole app below its window, with time in the test's hands. */
export async function trader(options: Partial<PracticeOptions> = {}) {
  const clock = handClock();
  const cluster = await startPractice({ name: 'practice-1', clock, seed: 1, ...options }, await verification());
  const desk = deskOver(cluster, clock);
  const terminals = createTerminals({
    connectionOf: (clusterId) => desk.fleet.connectionOf(clusterId),
    findPod: (bot) => desk.fleet.findPod(bot),
    clock,
    newId: randomUUID,
  });
  await clock.advance(2_000);
  const api = () => desk.fleet.connectionOf(desk.clusterId()).api;
  const refOf = (name: string) => {
    const { clusterId, kind, namespace, uid } = desk.row(name);
    return { clusterId, kind, namespace, name, uid };
  };

  return {
    clock,
    cluster,
    ...desk,
    api,
    refOf,
    confirmed: { confirmedCluster: 'practice-1' },
    draft: (name: string, change: Partial<Draft> = {}): Draft => ({
      template: 'pmm-paper',
      clusterId: desk.clusterId(),
      namespace: 'trading',
      name,
      image: 'hummingbot/hummingbot:version-2.16.0',
      exchange: 'binance_paper_trade',
      pair: 'ETH-USDT',
      values: { bid_spread: '0.5', ask_spread: '0.5', order_refresh_time: '15', order_amount: '0.05' },
      password: 'correct horse 9',
      memoryMi: 768,
      cpuMilli: 100,
      storageGi: 1,
      storageClass: '',
      pullSecret: '',
      ...change,
    }),
    /** Moves time on until something holds. */
    async until(holds: () => boolean | Promise<boolean>, what: string, ms = 600_000): Promise<void> {
      const last = clock.now() + ms;
      while (!(await holds())) {
        if (clock.now() > last) throw new Error(`waited in vain for ${what}`);
        await clock.advance(250);
        // Keys are derived outside of the hand clock's time.
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    },
    /** Moves time on until an operation has ended. */
    async end({ operationId }: { operationId: string }): Promise<OperationInfo> {
      const info = () => desk.operations.list().find((one) => one.id === operationId)!;
      await this.until(() => info().outcome !== 'running', 'the end of the operation');
      return info();
    },
    /** A tab as the window holds it. */
    tab(kind: 'log' | 'screen' | 'shell', name: string, more: object = {}) {
      const seen = { text: '', states: [] as SessionState[] };
      let hear: (message: SessionUp) => void = () => undefined;
      const { id } = terminals.open(
        { bot: refOf(name), kind, cols: 98, rows: 30, ...more } as Parameters<typeof terminals.open>[0],
        {
          post(message: SessionDown) {
            if (message.t === 'state') seen.states.push(message.state);
            else {
              seen.text += new TextDecoder().decode(message.data);
              hear({ t: 'ack', bytes: message.data.length });
            }
          },
          onMessage: (handler) => void (hear = handler),
          onClose: () => undefined,
          close: () => undefined,
        },
      );
      return {
        seen,
        phase: () => seen.states.at(-1)?.phase,
        type: (data: string) => hear({ t: 'input', data }),
        resize: (cols: number, rows: number) => hear({ t: 'resize', cols, rows }),
        close: () => terminals.close(id),
      };
    },
    dispose() {
      terminals.dispose();
      desk.dispose();
      cluster.dispose();
    },
  };
}
export type Trader = Awaited<ReturnType<typeof trader>>;
