import type { Handlers } from '../shared/contract';
import type { AppInfo } from '../shared/contract/app';
import { Failure } from '../shared/errors';
import type { SessionInfo } from '../shared/terminals';
import type { Parsed } from '../shared/contract';
import type { AlertDesk } from './alertDesk';
import type { Capacity, Fleet, Metrics, Readings } from './fleet';
import type { Operations } from './operations';
import { arranged, isPractice, type PracticeDesk } from './practiceDesk';
import type { SettingsRoom } from './settings';

/** Its name is its mark: a practice cluster called like a real one could be taken for it. */
const practiceStays = { code: 'UNSUPPORTED', message: 'A practice cluster keeps its name and colour.' } as const;

/** What the desktop does for the handlers; main gives the real ones. */
export interface Desktop {
  info(): AppInfo;
  connectEvents(): void;
  /** Asks the trader, then opens; false when refused or not https. */
  openExternal(url: string): Promise<boolean>;
  copyText(text: string): void;
  chooseFile(): Promise<string | null>;
  answerConsent(requestId: string, allow: boolean): void;
  openTerminal(input: Parsed<'terminals.open'>): SessionInfo;
  closeTerminal(id: string): void;
}

/** The contract's table: one line a call, no logic beyond choosing the room. */
export function createHandlers(rooms: {
  desktop: Desktop;
  settings: SettingsRoom;
  fleet: Fleet;
  operations: Operations;
  readings: Pick<Readings, 'inView' | 'readNow'>;
  capacity: Capacity;
  metrics: Pick<Metrics, 'inView'>;
  practice: Pick<PracticeDesk, 'call'>;
  alerts: Pick<AlertDesk, 'see' | 'dismiss'>;
  /** Forgets refused sign-in plugins: the trader tries again. */
  askAgain(): void;
}): Handlers {
  const { desktop, settings, fleet, operations, readings, capacity, metrics, practice, alerts, askAgain } = rooms;
  const context = (id: string) => {
    const known = settings.get().contexts[id];
    return known ?? { enabled: false, displayName: '', colour: null, namespaces: [] };
  };
  const turn = (ids: string[], enabled: boolean) => {
    if (ids.some(isPractice)) settings.patch({ practiceByItself: false });
    fleet.setEnabled(ids, enabled);
  };
  const keepFiles = (files: string[]) => void settings.patch({ kubeconfigFiles: files });
  return {
    'app.info': () => desktop.info(),
    'app.connectEvents': () => (desktop.connectEvents(), null),
    'app.openExternal': async ({ url }) => ({ opened: await desktop.openExternal(url) }),
    'app.copyText': ({ text }) => (desktop.copyText(text), null),
    'settings.get': () => settings.get(),
    'settings.patch': (patch) => settings.patch(patch),

    'contexts.list': () => fleet.contextList(),
    'contexts.setEnabled': ({ id, enabled }) => {
      askAgain();
      turn([id], enabled);
      return null;
    },
    'contexts.setAllEnabled': ({ ids, enabled }) => {
      askAgain();
      turn(ids, enabled);
      return null;
    },
    'contexts.arrangePractice': (practice) => {
      const { patch, turnOn } = arranged(settings.get(), practice);
      settings.patch(patch);
      if (turnOn.length > 0) fleet.setEnabled(turnOn, true);
      return null;
    },
    'contexts.customise': ({ id, ...changes }) => {
      if (isPractice(id)) throw new Failure(practiceStays);
      settings.patch({ contexts: { ...settings.get().contexts, [id]: { ...context(id), ...changes } } });
      return null;
    },
    'contexts.addFile': async ({ path }) => {
      const chosen = path ?? (await desktop.chooseFile());
      const files = settings.get().kubeconfigFiles;
      if (chosen && !files.includes(chosen)) keepFiles([...files, chosen]);
      return { path: chosen };
    },
    'contexts.removeFile': ({ path }) => (
      keepFiles(settings.get().kubeconfigFiles.filter((file) => file !== path)),
      null
    ),
    'contexts.retry': ({ id }) => (askAgain(), fleet.retry(id), null),
    'contexts.answerConsent': ({ requestId, allow }) => (desktop.answerConsent(requestId, allow), null),

    'clusters.capacity': ({ clusterId, fresh }) => capacity.of(clusterId, fresh),

    'deploy.templates': () => operations.templates(),
    'deploy.targets': ({ clusterId }) => operations.targets(clusterId),
    'deploy.check': ({ draft }) => operations.check(draft),
    'deploy.dryRun': ({ draft }) => operations.dryRun(draft),
    'deploy.start': ({ draft }) => operations.deploy(draft),

    'bots.details': ({ bot }) => operations.details(bot),
    'bots.events': ({ bot }) => operations.events(bot),
    'bots.stop': ({ bot, ...options }) => operations.stop(bot, options),
    'bots.start': ({ bot, ...options }) => operations.start(bot, options),
    'bots.restart': ({ bot, ...options }) => operations.restart(bot, options),
    'bots.delete': ({ bot, ...options }) => operations.delete(bot, options),
    'bots.setReporter': ({ bot, ...options }) => operations.setReporter(bot, options),
    'config.read': ({ bot }) => operations.readConfig(bot),
    'config.check': ({ bot, files }) => operations.checkConfig(bot, files),
    'config.save': (input) => operations.saveConfig(input),
    'operations.list': () => operations.list(),
    'operations.act': async ({ id, action }) => (await operations.act(id, action), null),

    'practice.state': ({ contextId }) => practice.call(contextId, 'state', undefined),
    'practice.act': async ({ contextId, act }) => {
      const state = await practice.call(contextId, 'act', act);
      // What the sign-in may do, and whether the far end answers, is asked anew at once rather than at the next occasion.
      if (['rights', 'signedOut', 'unreachable', 'slow', 'mendAll'].includes(act.act)) fleet.retry(contextId);
      return state;
    },

    'alerts.see': ({ ids }) => (alerts.see(ids), null),
    'alerts.dismiss': ({ ids }) => (alerts.dismiss(ids), null),
    'readings.inView': ({ ids, usage }) => (readings.inView(ids), metrics.inView(usage), null),
    'readings.readNow': ({ ids }) => readings.readNow(ids),

    'terminals.open': (input) => desktop.openTerminal(input),
    'terminals.close': ({ id }) => (desktop.closeTerminal(id), null),
  };
}
