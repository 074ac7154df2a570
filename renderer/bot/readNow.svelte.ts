import { SvelteSet } from 'svelte/reactivity';
import { MOST_READ } from '../../shared/readings';
import type { BotRow } from '../../shared/rows';
import { api } from '../state/api';
import { notices } from '../state/notices.svelte';
import { words } from './words';

const busy = new SvelteSet<string>();

/** Whether this bot's trading is being read because someone asked. */
export const isBeingRead = (id: string): boolean => busy.has(id);

/** Has the trading of these bots read at the app's pace; says in the corner how long many take, and what could not be. */
export async function readNow(rows: readonly BotRow[]): Promise<void> {
  const wanted = rows.map((row) => row.id).filter((id) => !busy.has(id));
  const ids = wanted.slice(0, MOST_READ);
  if (ids.length === 0) return;
  const many = words.readMany(ids.length, wanted.length - ids.length);
  if (many) notices.say(many);
  ids.forEach((id) => busy.add(id));
  try {
    const done = await notices.guard(() => api.call('readings.readNow', { ids }));
    if (done && done.notRead > 0) notices.say(words.notAllRead(done.read, done.read + done.notRead), done.why);
  } finally {
    ids.forEach((id) => busy.delete(id));
  }
}
