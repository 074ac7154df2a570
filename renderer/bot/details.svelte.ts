import type { BotDetails, BotEvents } from '../../shared/bots';
import { toAppError, type AppError } from '../../shared/errors';
import type { BotRow } from '../../shared/rows';
import { api } from '../state/api';
import { botRef, fleet } from '../state/fleet.svelte';

/** What makes the cluster's answer worth asking again. */
const sign = (row: BotRow) =>
  [row.id, row.uid, row.podUid, row.state, row.status, row.restarts, row.configName, row.pendingConfig].join('|');
/** A row that changes every moment is not asked for every moment. */
const CALM_MS = 400;
/** While the page is open and to be seen, events alone are asked for again at this pace: six small requests. */
const EVENTS_MS = 30_000;

/** A bot's details, asked once it is shown and again when its row changes in a way that matters. Call inside a component. */
export function botDetails(row: () => BotRow) {
  let details = $state.raw<BotDetails | null>(null);
  let error = $state.raw<AppError | null>(null);
  let busy = $state(false);
  let newer = $state.raw<BotEvents | null>(null);
  let asked = 0;
  const key = $derived(sign(row()));
  const uid = $derived(`${row().id}|${row().uid}`);

  async function ask() {
    const mine = ++asked;
    busy = true;
    try {
      const answer = await api.call('bots.details', { bot: botRef(row()) });
      if (mine !== asked) return;
      details = answer;
      newer = null;
      error = null;
    } catch (thrown) {
      if (mine === asked) error = toAppError(thrown);
    } finally {
      if (mine === asked) busy = false;
    }
  }

  $effect(() => {
    void uid;
    details = null;
    newer = null;
    error = null;
  });
  $effect(() => {
    void key;
    const timer = setTimeout(() => void ask(), CALM_MS);
    return () => clearTimeout(timer);
  });
  async function askEvents() {
    if (document.hidden || busy || !details || fleet.cluster(row().clusterId)?.status.phase !== 'live') return;
    const mine = asked;
    // What it misses the next look brings; trouble of the line is told by the cluster itself.
    const events = await api.call('bots.events', { bot: botRef(row()) }).catch(() => null);
    if (events && mine === asked) newer = events;
  }
  $effect(() => {
    const timer = setInterval(() => void askEvents(), EVENTS_MS);
    return () => clearInterval(timer);
  });
  $effect(() => () => {
    asked++;
  });

  return {
    get value() {
      return details;
    },
    /** Events, newest first, as they were told last. */
    get lately() {
      return newer ?? details?.lately ?? null;
    },
    get error() {
      return error;
    },
    get busy() {
      return busy;
    },
    ask,
  };
}
