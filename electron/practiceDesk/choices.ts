import type { Settings } from '../../shared/settings';
import { isPractice, practiceIds, type Wanted } from './contexts';

/**
 * What becomes of the practice clusters by themselves: on at the first start, off once a real cluster is live. `null`: nothing. A
 * trader's own switch ends this for good (`practiceByItself`).
 */
export function practiceByItself(settings: Settings, realIsLive: boolean): { ids: string[]; enabled: boolean } | null {
  if (!settings.practiceByItself) return null;
  const chosen = Object.entries(settings.contexts);
  const ours = chosen.filter(([id]) => isPractice(id));
  if (ours.length === 0) {
    const realIsOn = chosen.some(([, choice]) => choice.enabled);
    return realIsOn ? null : { ids: practiceIds(settings.practice.clusters), enabled: true };
  }
  const on = ours.filter(([, choice]) => choice.enabled).map(([id]) => id);
  return on.length > 0 && realIsLive ? { ids: on, enabled: false } : null;
}

/** Another number of practice clusters: what is one too many is forgotten with its choice, what is new is on where any is. */
export function arranged(settings: Settings, practice: Wanted): { patch: Partial<Settings>; turnOn: string[] } {
  const { contexts } = settings;
  const stay = new Set(practiceIds(practice.clusters));
  const anyOn = Object.entries(contexts).some(([id, choice]) => isPractice(id) && choice.enabled);
  const kept = Object.entries(contexts).filter(([id]) => !isPractice(id) || stay.has(id));
  const fresh = practiceIds(practice.clusters).slice(settings.practice.clusters);
  return { patch: { practice, contexts: Object.fromEntries(kept) }, turnOn: anyOn ? fresh : [] };
}
