import { z } from 'zod';
import { ALERT_KINDS } from '../../shared/alerts';

const text = z.string().max(2_000);
const at = z.number();
const about = {
  key: text,
  kind: z.enum(ALERT_KINDS),
  clusterId: text,
  bot: z.object({ id: text, namespace: text, name: text }).nullable(),
};
const part = z.object({
  ...about,
  cluster: text,
  sentence: text,
  hint: text,
  since: at,
  endedAt: at.nullable(),
  readAt: at.nullable().catch(null).default(null),
});
const alert = z.object({
  id: text,
  kind: z.enum([...ALERT_KINDS, 'atStart']),
  gather: text,
  since: at,
  seen: z.boolean(),
  parts: z.array(part).min(1),
});
const muted = z.object({ ...about, gather: text });
const kept = z.object({ version: z.literal(1), alerts: z.array(z.unknown()), muted: z.array(muted).catch([]) });

/** What outlives the app: alerts that were not dismissed, and what is still so but was. Real clusters' only: practice begins anew. */
export interface Kept {
  version: 1;
  alerts: KeptAlert[];
  /** What was dismissed while it was so. */
  muted: z.infer<typeof muted>[];
}
export type KeptAlert = z.infer<typeof alert>;

/** What an earlier run left; what can't be read is left out, one by one. Never throws. */
export function readKept(stored: unknown): Kept {
  const read = kept.safeParse(stored);
  if (!read.success) return { version: 1, alerts: [], muted: [] };
  const alerts = read.data.alerts.flatMap((one) => {
    const parsed = alert.safeParse(one);
    return parsed.success ? [parsed.data] : [];
  });
  return { version: 1, alerts, muted: read.data.muted };
}
