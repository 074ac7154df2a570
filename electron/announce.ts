import type { Alert } from '../shared/alerts';
import type { Settings } from '../shared/settings';

/** One notification of the system. `bot`: id of the row it is about; null: several, or a cluster. */
export interface Announcement {
  title: string;
  body: string;
  bot: string | null;
}

/** More than so many at once are told in one. */
const SINGLY = 2;

/** What the system is to tell of alerts that have just opened: nothing unless the trader wants it, never of practice. */
export function announcementsOf(opened: readonly Alert[], wanted: Settings['alerts']): Announcement[] {
  if (!wanted.system) return [];
  const told = opened.filter(
    ({ kind, practice, endedAt }) =>
      !practice && endedAt === null && kind !== 'atStart' && !wanted.muted.includes(kind),
  );
  if (told.length > SINGLY) {
    const body = told.map(({ sentence }) => sentence).join('\n');
    return [{ title: `Hummingdeck: ${told.length} alerts`, body: body.slice(0, 600), bot: null }];
  }
  return told.map(({ sentence, hint, parts, count }) => ({
    title: count === 1 && parts[0]?.bot ? `${parts[0].bot.name} on ${parts[0].cluster}` : 'Hummingdeck',
    body: `${sentence}\n${hint}`.trim(),
    bot: count === 1 ? (parts[0]?.bot?.id ?? null) : null,
  }));
}

/** The number on the app's icon: what is so, real, and not looked at. */
export const badgeOf = (alerts: readonly Alert[], wanted: Settings['alerts']): number =>
  wanted.system ? alerts.filter(({ practice, endedAt, seen }) => !practice && endedAt === null && !seen).length : 0;
