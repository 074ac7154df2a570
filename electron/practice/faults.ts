import { BOT_FAULTS, type BotFault, type PracticeRights, type PracticeState } from '../../shared/practice';
import type { PodSpec } from '../cluster/objects';
import { timeText, type Dict, type Obj } from './objects';
import { nodeConditions } from './ground';
import { scheduleAll } from './controllers';
import { adopt } from './kubelet';
import { tell } from './podTalk';
import { killContainer, terminate } from './termination';
import type { BotFaults } from './faultState';
import { NODE, POD, STATEFUL_SET } from './kinds';
import { remove } from './remove';
import { botOf, type PodOnNode } from './runtime';
import type { Denied } from './rights';
import type { World } from './world';

/** A bot by `namespace/name`. */
export type BotKey = string;

/** What can go wrong on purpose: from the practice menu and from tests. Each can be taken back by `false`, `null` or 0. */
export interface Faults {
  /** Ends with an error soon after each start. */
  crashLoop(bot: BotKey, on: boolean): void;
  /** Is killed for want of memory soon after each start. */
  outOfMemory(bot: BotKey, on: boolean): void;
  /** As if the key store's password had been changed: exit code 4. */
  wrongPassword(bot: BotKey, on: boolean): void;
  /** From its next start on a value is out of its limits: it runs and trades nothing. */
  invalidField(bot: BotKey, on: boolean): void;
  /** A stop leaves its orders open. */
  leaveOrders(bot: BotKey, on: boolean): void;
  /** SIGKILL now: its orders stay open, and its node starts it again. */
  kill(bot: BotKey): void;
  /** One of these by its name, for the menu. */
  bot(bot: BotKey, fault: BotFault, on: boolean): void;
  /** The bot's image is gone from the registry, and it is started anew: its pod ends the graceful way first. */
  imageGoneFor(bot: BotKey, on: boolean): void;
  /** What is broken now. */
  state(): Omit<PracticeState, 'speed'>;
  /** Images whose name holds `part` can no longer be fetched. */
  imageGone(part: string, on: boolean): void;
  /** The node falls silent; what runs on it goes on, unseen. Gives the names of all nodes when asked without one. */
  nodeLost(node: string, on: boolean): void;
  nodes(): string[];
  /** The whole cluster is out of reach. */
  unreachable(on: boolean): void;
  /** Each answer takes so many ms longer. */
  slow(ms: number): void;
  /** Every open connection is cut once. */
  cutConnections(): void;
  /** Takes rights away; the function gives them back. */
  takeRights(denied: Denied): () => void;
  restoreRights(): void;
  /** The sign-in is no longer accepted. */
  signedOut(on: boolean): void;
  /** Forgets what changed: watches have to list anew (410). */
  forgetHistory(): void;
}

/** Time a node may be silent before its pods are given up, ms. */
const EVICT = 300_000;

export function createFaults(world: World, cut: () => void): Faults {
  const { faults, rights, line } = world;
  const podsOf = (bot: BotKey): PodOnNode[] => [...world.pods.values()].filter((pod) => botOf(pod) === bot);
  function kill(bot: BotKey, reason = 'Error'): void {
    for (const pod of podsOf(bot))
      for (const one of pod.containers) if (one.state.running && !one.init) killContainer(world, pod, one, reason);
  }
  /** The fault shows at the next start, so that start comes now. */
  function atOnce(bot: BotKey, change: object, on: boolean, reason?: string): void {
    faults.set(bot, change);
    if (on) kill(bot, reason);
    else restartCrashed(bot);
  }
  /** What is mended gets a new pod, whether it waits for its next run or is in one: the old one's past would be held against it. */
  function restartCrashed(bot: BotKey): void {
    for (const pod of podsOf(bot))
      if (pod.containers.some((one) => one.crashes > 0)) remove(world, POD, pod.namespace, pod.name, undefined);
  }
  /** A new pod shows at once what is so from now on; a bot that is stopped shows it when it is started. */
  function renew(bot: BotKey): void {
    for (const pod of podsOf(bot)) remove(world, POD, pod.namespace, pod.name, undefined);
  }
  const byBot: Record<BotFault, (bot: BotKey, on: boolean) => void> = {
    crashLoop: (bot, on) => atOnce(bot, { crash: on }, on),
    outOfMemory: (bot, on) => atOnce(bot, { memory: on }, on, 'OOMKilled'),
    wrongPassword: (bot, on) => atOnce(bot, { wrongPassword: on }, on),
    invalidField(bot, on) {
      atOnce(bot, { invalidField: on }, on);
      // It runs, and trades nothing, until it is started again.
      if (!on) renew(bot);
    },
    imageGone(bot, on) {
      faults.set(bot, { imageGone: on });
      renew(bot);
    },
    leaveOrders: (bot, on) => faults.set(bot, { leaveOrders: on }),
  };
  const { imageGone: imageGoneFor, ...ofBots } = byBot;
  const isThere = (bot: BotKey) => world.store.get(STATEFUL_SET, ...(bot.split('/') as [string, string])) !== undefined;
  return {
    ...ofBots,
    imageGoneFor,
    bot: (bot, fault, on) => byBot[fault](bot, on),
    state: () => ({
      bots: Object.fromEntries(
        [...faults.all()].flatMap(([bot, set]) => (isThere(bot) ? entry(bot, faultsOf(set)) : [])),
      ),
      nodes: world.store.list(NODE).map(({ metadata: { name } }) => ({ name, lost: faults.lostNodes.has(name) })),
      unreachable: line.down,
      slowMs: line.delay,
      signedOut: line.signedOut,
      rights: (rights.denied().find((denied) => denied.label)?.label ?? 'all') as PracticeRights,
    }),
    kill: (bot) => kill(bot),
    imageGone: (part, on) => void (on ? faults.goneImages.add(part) : faults.goneImages.delete(part)),
    nodeLost: (node, on) => (on ? loseNode(world, node) : nodeBack(world, node)),
    nodes: () => world.store.list(NODE).map((node) => node.metadata.name),
    unreachable(on) {
      line.down = on;
      if (on) cut();
    },
    slow: (ms) => void (line.delay = ms),
    cutConnections: cut,
    takeRights: (denied) => rights.take(denied),
    restoreRights: () => rights.restore(),
    signedOut(on) {
      line.signedOut = on;
      if (on) cut();
    },
    forgetHistory() {
      world.store.compact();
      world.pages.forget();
    },
  };
}

const entry = (bot: BotKey, found: BotFault[]): [BotKey, BotFault[]][] => (found.length > 0 ? [[bot, found]] : []);
const faultsOf = (set: BotFaults): BotFault[] =>
  BOT_FAULTS.filter((fault) => (fault === 'crashLoop' ? set.crash : fault === 'outOfMemory' ? set.memory : set[fault]));

const nodeOf = (pod: Obj): string | undefined => (pod.spec as PodSpec).nodeName;

function loseNode(world: World, name: string): void {
  const node = world.store.get(NODE, undefined, name);
  if (!node || world.faults.lostNodes.has(name)) return;
  world.faults.lostNodes.add(name);
  const now = world.agenda.now();
  setNode(world, node, 'Unknown', now);
  // The node controller says it of its pods; the nodes themselves write nothing any more.
  for (const pod of world.store.list(POD)) if (nodeOf(pod) === name) notReady(world, pod, now);
  world.agenda.after(EVICT, () => {
    if (!world.faults.lostNodes.has(name)) return;
    for (const pod of world.store.list(POD))
      if (nodeOf(pod) === name && !pod.metadata.deletionTimestamp)
        remove(world, POD, pod.metadata.namespace!, pod.metadata.name, undefined);
  });
}
function nodeBack(world: World, name: string): void {
  const node = world.store.get(NODE, undefined, name);
  if (!node || !world.faults.lostNodes.delete(name)) return;
  setNode(world, node, 'True', world.agenda.now());
  for (const pod of [...world.pods.values()]) {
    if (pod.node !== name) continue;
    const object = world.store.get(POD, pod.namespace, pod.name);
    if (object?.metadata.uid !== pod.uid) {
      // Given up by force meanwhile: the node hears of it now.
      for (const one of pod.containers) if (one.state.running) killContainer(world, pod, one, 'Error');
      for (const cancel of pod.timers) cancel();
      pod.over = true;
      world.pods.delete(pod.uid);
      continue;
    }
    tell(world, pod);
    if (object.metadata.deletionTimestamp)
      terminate(world, object, (object.metadata.deletionGracePeriodSeconds ?? 30) * 1000);
  }
  for (const pod of world.store.list(POD))
    if (nodeOf(pod) === name && !world.pods.has(pod.metadata.uid)) adopt(world, pod);
  scheduleAll(world);
}
function setNode(world: World, node: Obj, ready: 'True' | 'Unknown', at: number): void {
  const taint = (effect: string) => ({ key: 'node.kubernetes.io/unreachable', effect, timeAdded: timeText(at) });
  const { taints: _, ...spec } = node.spec as Dict;
  const taints = ready === 'True' ? {} : { taints: [taint('NoSchedule'), taint('NoExecute')] };
  world.store.put(NODE, {
    ...node,
    spec: { ...spec, ...taints },
    status: { ...(node.status as Dict), conditions: nodeConditions(ready, at) },
  });
}
function notReady(world: World, pod: Obj, at: number): void {
  const status = pod.status as { conditions?: Dict[] };
  const conditions = (status.conditions ?? []).map((one) =>
    one['type'] === 'Ready' && one['status'] === 'True'
      ? {
          ...one,
          status: 'False',
          reason: 'NodeNotReady',
          message: 'Node is not ready',
          lastTransitionTime: timeText(at),
        }
      : one,
  );
  world.store.put(POD, { ...pod, status: { ...status, conditions } });
}
