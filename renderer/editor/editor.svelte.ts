import type { BotConfig, ConfigFile, Issue } from '../../shared/bots';
import { toAppError, type AppError } from '../../shared/errors';
import type { BotRef, BotRow } from '../../shared/rows';
import { api } from '../state/api';
import { botRef, fleet } from '../state/fleet.svelte';
import { changedMeanwhile, changedPaths, mineOnTheirs, withText } from './files';
import { words } from './words';

const CHECK_MS = 250;

/** The editor's state for one bot, pinned to the workload it was opened for. Call inside a component. */
export function createEditor(row: () => BotRow | undefined) {
  let ref: BotRef | null = null;
  let config = $state.raw<BotConfig | null>(null);
  let files = $state.raw<ConfigFile[]>([]);
  let issues = $state.raw<Issue[]>([]);
  let checked = $state.raw<ConfigFile[] | null>(null);
  let error = $state.raw<AppError | null>(null);
  let theirs = $state.raw<BotConfig | null>(null);
  let comparing = $state(false);
  let said = $state('');
  /** Name of the version saved last. */
  let saved = $state('');
  let operationId = $state<string | null>(null);
  let busy = $state<'' | 'reading' | 'saving'>('reading');
  /** Counts whole replacements of the text, so that the editors take the new one. */
  let edition = $state(0);

  const dirty = $derived(config ? changedPaths(config.files, files) : []);
  const errors = $derived(issues.filter((issue) => issue.severity === 'error'));
  const operation = $derived(fleet.operations.find((one) => one.id === operationId));

  function take(next: BotConfig, text: readonly ConfigFile[] = next.files) {
    config = next;
    files = [...text];
    theirs = null;
    comparing = false;
    edition++;
  }

  async function read() {
    const now = row();
    if (!now) return;
    ref ??= botRef(now);
    busy = 'reading';
    error = null;
    try {
      take(await api.call('config.read', { bot: ref }));
    } catch (thrown) {
      error = toAppError(thrown);
    } finally {
      busy = '';
    }
  }
  void read();

  $effect(() => {
    const sent = files;
    if (!ref || sent.length === 0) return;
    const bot = ref;
    const timer = setTimeout(() => void check(bot, sent), checked === null ? 0 : CHECK_MS);
    return () => clearTimeout(timer);
  });

  async function check(bot: BotRef, sent: ConfigFile[]): Promise<void> {
    try {
      const answer = await api.call('config.check', { bot, files: sent });
      if (sent !== files) return;
      issues = answer;
      checked = sent;
    } catch (thrown) {
      if (sent === files) error = toAppError(thrown);
    }
  }

  // A version saved elsewhere is told as soon as the row says so, not only when a save is refused.
  const meanwhile = $derived.by(() => {
    const now = row();
    return Boolean(config && now && busy === '' && operation?.outcome !== 'running' && changedMeanwhile(config, now));
  });

  /** Fetches what stands on the cluster now and shows it beside mine. Without changes of mine it is simply taken. */
  async function compare() {
    if (!ref) return;
    try {
      const now = await api.call('config.read', { bot: ref });
      if (dirty.length === 0) return take(now);
      theirs = now;
      comparing = true;
    } catch (thrown) {
      error = toAppError(thrown);
    }
  }

  async function save(effect: 'next-start' | 'restart-now', confirmedCluster: string) {
    if (!ref || !config || busy !== '') return;
    if (checked !== files) await check(ref, files);
    if (errors.length > 0 || checked !== files) return;
    busy = 'saving';
    // What is typed meanwhile is not what was saved.
    const sent = files;
    error = null;
    said = '';
    try {
      const result = await api.call('config.save', {
        bot: ref,
        base: config.base,
        files: sent,
        effect,
        confirmedCluster,
      });
      if (!result.saved) {
        theirs = result.theirs;
        comparing = true;
        return;
      }
      operationId = result.operationId;
      saved = result.configName;
      said =
        effect === 'restart-now'
          ? words.savedNow(result.configName)
          : words.savedLater(result.configName, confirmedCluster);
      // What was saved is what the next save begins with, even if reading it back fails.
      config = { ...config, base: result.configName, files: sent };
      const fresh = await api.call('config.read', { bot: ref });
      if (fresh.base === result.configName) config = fresh;
    } catch (thrown) {
      error = toAppError(thrown);
    } finally {
      busy = '';
    }
  }

  return {
    get config() {
      return config;
    },
    get files() {
      return files;
    },
    get dirty() {
      return dirty;
    },
    get issues() {
      return issues;
    },
    get errors() {
      return errors;
    },
    get checking() {
      return checked !== files;
    },
    get error() {
      return error;
    },
    get theirs() {
      return comparing ? theirs : null;
    },
    get meanwhile() {
      return meanwhile;
    },
    get said() {
      return operation && operation.outcome !== 'running' ? words.restarted(saved, operation.outcome) : said;
    },
    get operation() {
      return operation;
    },
    get busy() {
      return busy;
    },
    get edition() {
      return edition;
    },
    type(path: string, text: string) {
      files = withText(files, path, text);
      said = '';
    },
    read,
    compare,
    save,
    discard: () => config && take(config),
    takeTheirs: () => theirs && take(theirs),
    keepMine: () => config && theirs && take(theirs, mineOnTheirs(config.files, files, theirs.files)),
    closeComparison: () => (comparing = false),
  };
}

export type Editor = ReturnType<typeof createEditor>;
