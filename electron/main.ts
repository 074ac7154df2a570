import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { app, BrowserWindow, clipboard, dialog, Menu, nativeTheme, shell } from 'electron';
import manifest from '../package.json';
import type { AppError } from '../shared/errors';
import type { AppEvent } from '../shared/events';
import type { ClusterInfo } from '../shared/rows';
import { connect, systemClock } from './cluster';
import { createAlertDesk } from './alertDesk';
import { announcementsOf, badgeOf } from './announce';
import { createConsentDesk } from './consent';
import { createEventHub } from './events';
import { createCapacity, createFleet, createMetrics, createReadings } from './fleet';
import { createHandlers } from './handlers';
import { openPort, serveIpc } from './ipc';
import { openKubeconfig } from './kubeconfig';
import { webAddress } from './links';
import { createPracticeDesk, isPractice, practiceByItself, startThread } from './practiceDesk';
import { createOperations } from './operations';
import { notificationsWork, notify, showBadge } from './notifications';
import { onWakeOrNetworkChange, rememberPlace, whoAndWhere } from './places';
import { sessionPort } from './ports';
import { fallbackRefusal, runtimeFacts } from './runtime';
import { jsonFile, openSettings, settingsFile } from './settings';
import { createTerminals } from './terminals';
import { uncaught } from './uncaught';
import { guard, openWindow, registerScheme, revive, serveRenderer } from './window';

const facts = runtimeFacts(process.versions, manifest.devDependencies.electron, process.env);
if (process.env.HUMMINGDECK_DATA) app.setPath('userData', process.env.HUMMINGDECK_DATA);
registerScheme();
/** Shows an error in the window; null: there is none yet. */
let say: ((error: AppError) => void) | null = null;
// Electron's own answer to any error is a question that holds up all the app does until somebody is there to close it.
process.on('uncaughtException', (thrown) => {
  const error = uncaught(thrown);
  if (!error) return;
  process.stderr.write(`${error.cause}\n`);
  if (say) say(error);
  else dialog.showErrorBox('Hummingdeck could not start', error.cause ?? error.message);
});

function start(): void {
  let window: BrowserWindow | null = null;
  const page = () => window?.webContents ?? null;
  const newId = () => randomUUID();
  const userAgent = `Hummingdeck/${manifest.version}`;

  const settings = openSettings(settingsFile(app.getPath('userData')));
  if (!settings.get().holder) settings.patch({ holder: whoAndWhere() });
  if (!settings.get().installation) settings.patch({ installation: newId() });
  nativeTheme.themeSource = settings.get().theme;

  const trouble = settings.trouble();
  /** What the next page has to say. */
  const untold: AppError[] = [];
  const everything = (): AppEvent[] => [
    { t: 'settings', settings: settings.get() },
    { t: 'contexts', list: fleet.contextList() },
    { t: 'clusters', clusters: fleet.clusters() },
    { t: 'rows', rows: fleet.rows() },
    ...operations.list().map((operation) => ({ t: 'operation' as const, operation })),
    { t: 'alerts', alerts: alerts.list() },
    { t: 'consent', requests: consent.waiting() },
    ...[...(trouble ? [trouble] : []), ...untold.splice(0)].map((error) => ({ t: 'notice' as const, error })),
  ];
  const events = createEventHub(everything);
  const consent = createConsentDesk(newId, (requests) => events.emit({ t: 'consent', requests }));

  const kubeconfig = openKubeconfig({
    env: process.env,
    home: homedir(),
    argv: process.argv,
    addedFiles: () => settings.get().kubeconfigFiles,
    consent: (request) => consent.ask(request),
    allowed: {
      has: (hash) => settings.get().allowedCommands.includes(hash),
      add: (hash) => settings.patch({ allowedCommands: [...settings.get().allowedCommands, hash] }),
    },
    onChange: () => fleet.refreshContexts(),
  });
  const practice = createPracticeDesk({
    wanted: () => settings.get().practice,
    seed: settings.get().holder,
    start: () => startThread(join(__dirname, 'practice.cjs')),
  });
  const seeToPractice = (clusters: readonly ClusterInfo[]) => {
    const realIsLive = clusters.some((cluster) => !cluster.practice && cluster.status.phase === 'live');
    const change = practiceByItself(settings.get(), realIsLive);
    if (change) fleet.setEnabled(change.ids, change.enabled);
  };
  const alerts = createAlertDesk({
    ...{ clock: systemClock, newId, store: jsonFile(app.getPath('userData'), 'alerts') },
    onChange: (list) => {
      events.emit({ t: 'alerts', alerts: list });
      showBadge(badgeOf(list, settings.get().alerts));
    },
    onOpened: (opened) => {
      // Who looks at the window sees its bell.
      if (window?.isFocused()) return;
      for (const one of announcementsOf(opened, settings.get().alerts))
        notify(one, () => {
          window?.show();
          window?.focus();
          events.emit({ t: 'showAlert', bot: one.bot });
        });
    },
  });
  const fleet = createFleet({
    contexts: {
      list: () => [...kubeconfig.list(), ...practice.entries()],
      problems: () => kubeconfig.problems(),
      target: (id) =>
        practice.target(id) ??
        (facts.realClustersAllowed ? kubeconfig.target(id) : { ok: false, error: fallbackRefusal }),
    },
    settings,
    connect: (target, options) => connect(target, { ...options, transport: practice.transport(target.contextId) }),
    clock: systemClock,
    userAgent,
    emit: (event) => {
      events.emit(event);
      alerts.hear(event);
      if (event.t === 'clusters') seeToPractice(event.clusters);
      const marked = event.t === 'delta' && event.upserts.some((row) => row.operation);
      if (event.t === 'clusters' || event.t === 'rows' || marked) takeUpInterrupted();
    },
  });
  const readings = createReadings({ fleet, clock: systemClock });
  const capacity = createCapacity({ connectionOf: fleet.connectionOf, clock: systemClock });
  const metrics = createMetrics({ fleet, clock: systemClock, emit: (event) => events.emit(event) });
  /** What an earlier run of the app left half-done stands on the workloads; asked for once the rows are there. */
  const takeUpInterrupted = () => {
    const marked = fleet.marked();
    for (const { id, status } of marked.length > 0 ? fleet.clusters() : []) {
      if (status.phase === 'live') void operations.resumeInterrupted(id, marked);
    }
  };
  const operations = createOperations({
    connectionOf: fleet.connectionOf,
    clock: systemClock,
    holder: settings.get().holder,
    installation: settings.get().installation,
    newId,
    emit: (operation) => {
      events.emit({ t: 'operation', operation });
      alerts.operation(operation);
      if (operation.outcome !== 'running') fleet.look(operation.bot.clusterId, operation.bot.namespace);
    },
    gone: (id) => events.emit({ t: 'operationGone', id }),
  });
  const terminals = createTerminals({
    connectionOf: fleet.connectionOf,
    findPod: (bot) => fleet.findPod(bot),
    clock: systemClock,
    newId,
  });
  let before = settings.get();
  settings.onChange((now) => {
    const changed = (part: 'kubeconfigFiles' | 'contexts' | 'practice') =>
      JSON.stringify(now[part]) !== JSON.stringify(before[part]);
    const [files, contexts] = [changed('kubeconfigFiles'), changed('contexts') || changed('practice')];
    before = now;
    nativeTheme.themeSource = now.theme;
    showBadge(badgeOf(alerts.list(), now.alerts));
    events.emit({ t: 'settings', settings: now });
    if (files) void kubeconfig.reload().then(() => fleet.refreshContexts());
    else if (contexts) fleet.refreshContexts();
    if (contexts)
      practice.keepOnly(Object.keys(now.contexts).filter((id) => isPractice(id) && now.contexts[id]!.enabled));
  });

  const openExternal = async (link: string) => {
    const url = webAddress(link);
    if (!window || !url) return false;
    const question = { type: 'question' as const, message: 'Open this link in your browser?', detail: url };
    const { response } = await dialog.showMessageBox(window, {
      ...question,
      buttons: ['Cancel', 'Open'],
      defaultId: 0,
      cancelId: 0,
    });
    if (response === 1) await shell.openExternal(url);
    return response === 1;
  };
  serveIpc(
    createHandlers({
      settings,
      fleet,
      operations,
      readings,
      capacity,
      metrics,
      practice,
      alerts,
      askAgain: () => kubeconfig.askAgain(),
      desktop: {
        info: () => ({
          version: manifest.version,
          platform: process.platform,
          runtime: { electron: facts.electron, chrome: facts.chrome, node: facts.node },
          fallback: facts.fallback,
          realClustersAllowed: facts.realClustersAllowed,
          packaged: app.isPackaged,
          notifications: notificationsWork(),
        }),
        connectEvents() {
          if (!window) return;
          events.connect(openPort(window.webContents, 'events'));
          say = (error) => events.emit({ t: 'notice', error });
        },
        openExternal,
        copyText: (text) => clipboard.writeText(text),
        chooseFile: async () => {
          const chosen =
            window &&
            (await dialog.showOpenDialog(window, {
              title: 'Add a kubeconfig file',
              properties: ['openFile', 'showHiddenFiles'],
            }));
          return chosen?.filePaths[0] ?? null;
        },
        answerConsent: (id, allow) => consent.answer(id, allow),
        openTerminal: (input) =>
          terminals.open(input, (id) => sessionPort(openPort(window!.webContents, `session:${id}`))),
        closeTerminal: (id) => terminals.close(id),
      },
    }),
    page,
  );

  guard((url) => void openExternal(url));
  serveRenderer(join(__dirname, '../renderer'));
  void kubeconfig.ready.then(() => seeToPractice(fleet.clusters()));
  window = openWindow({
    preload: join(__dirname, '../preload/preload.cjs'),
    icon: join(__dirname, '../../resources/icon.png'),
    title: facts.fallback ? `Hummingdeck — development runtime (Electron ${facts.electron})` : 'Hummingdeck',
    place: settings.get().window,
  });
  revive(window, systemClock.now, (error) => untold.push(error));
  rememberPlace(window, (place) => settings.patch({ window: place }));
  const stopListening = onWakeOrNetworkChange(fleet.ways, (far) => fleet.kick(far));
  window.on('closed', () => {
    window = null;
    stopListening();
    app.quit();
  });
  let ending = false;
  let ended = false;
  app.on('will-quit', (event) => {
    if (ended) return;
    event.preventDefault();
    if (ending) return;
    ending = true;
    // There is no window any more for another start to bring forward: it must open its own, not vanish.
    app.releaseSingleInstanceLock();
    void within(LAST_WORDS_MS, Promise.all([operations.dispose(), terminals.dispose()])).then(() => {
      ended = true;
      alerts.dispose();
      readings.dispose();
      metrics.dispose();
      fleet.dispose();
      practice.dispose();
      kubeconfig.dispose();
      // Not from within the quit that was held up: a nested one never ends.
      setImmediate(() => app.quit());
    });
  });
}

/** So long the app's end waits until marks of what was cancelled are off (one that stays runs out by itself) and shells are told to end. */
const LAST_WORDS_MS = 3_000;
const within = (ms: number, work: Promise<unknown>) =>
  Promise.race([work.catch(() => undefined), new Promise((resolve) => setTimeout(resolve, ms))]);

// Windows and Linux show no menu; macOS needs one for its own shortcuts, copy and paste among them.
const macMenu = [{ role: 'appMenu' as const }, { role: 'editMenu' as const }, { role: 'windowMenu' as const }];
Menu.setApplicationMenu(process.platform === 'darwin' ? Menu.buildFromTemplate(macMenu) : null);
app.on('second-instance', () => {
  const window = BrowserWindow.getAllWindows()[0];
  if (window?.isMinimized()) window.restore();
  window?.focus();
});
if (app.requestSingleInstanceLock()) void app.whenReady().then(start);
else app.quit();
