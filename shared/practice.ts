import { z } from 'zod';

/** A bot as `namespace/name`. */
const bot = z.string().min(3).max(320);
const on = z.boolean();

/** What can go wrong with one bot, and stays so until it is mended. */
export const BOT_FAULTS = [
  'crashLoop',
  'outOfMemory',
  'wrongPassword',
  'invalidField',
  'imageGone',
  'leaveOrders',
  'volumeFull',
] as const;
export type BotFault = (typeof BOT_FAULTS)[number];
/** How much faster than life. */
export const SPEEDS = [1, 5, 20, 60] as const;
/** Rights as they may be taken away. */
export const RIGHTS = ['all', 'read-only', 'no-logs-or-shells', 'one-namespace'] as const;
export type PracticeRights = (typeof RIGHTS)[number];

/** One thing that is broken, mended or set on a practice cluster. */
export const practiceActSchema = z.discriminatedUnion('act', [
  z.object({ act: z.literal('bot'), bot, fault: z.enum(BOT_FAULTS), on }),
  /** SIGKILL, now: its orders stay open and its node starts it again. */
  z.object({ act: z.literal('kill'), bot }),
  z.object({ act: z.literal('mendBot'), bot }),
  z.object({ act: z.literal('node'), node: z.string().min(1).max(253), on }),
  z.object({ act: z.literal('unreachable'), on }),
  z.object({ act: z.literal('slow'), ms: z.number().int().min(0).max(60_000) }),
  z.object({ act: z.literal('cut') }),
  z.object({ act: z.literal('rights'), rights: z.enum(RIGHTS) }),
  z.object({ act: z.literal('signedOut'), on }),
  /** Watches have to list anew (410). */
  z.object({ act: z.literal('forget') }),
  z.object({ act: z.literal('speed'), speed: z.union(SPEEDS.map((speed) => z.literal(speed))) }),
  z.object({ act: z.literal('mendAll') }),
]);
export type PracticeAct = z.infer<typeof practiceActSchema>;

/** What is broken and how fast it goes on one practice cluster. */
export interface PracticeState {
  speed: number;
  /** By `namespace/name`; bots without a fault are left out. */
  bots: Record<string, BotFault[]>;
  nodes: { name: string; lost: boolean }[];
  unreachable: boolean;
  /** Each answer takes so many ms longer. */
  slowMs: number;
  signedOut: boolean;
  rights: PracticeRights;
}

/** How many things are broken on purpose. */
export function countBroken({ bots, nodes, unreachable, slowMs, signedOut, rights }: PracticeState): number {
  const single = [unreachable, slowMs > 0, signedOut, rights !== 'all', ...nodes.map((node) => node.lost)];
  return Object.values(bots).flat().length + single.filter(Boolean).length;
}
export const isBroken = (state: PracticeState): boolean => countBroken(state) > 0;
