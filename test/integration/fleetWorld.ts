import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect as dial, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, systemClock, type Clock } from '../../electron/cluster';
import { createFleet, type Fleet } from '../../electron/fleet';
import { openKubeconfig } from '../../electron/kubeconfig';
import type { AppEvent } from '../../shared/events';
import type { BotRow } from '../../shared/rows';
import { settingsSchema } from '../../shared/settings';

/** The fleet as main builds it, over real kubeconfig files and without a window; rows as a page would hold them. */
export async function fleetWorld(files: string[], clock: Clock = systemClock, onEvent?: (event: AppEvent) => void) {
  const home = mkdtempSync(join(tmpdir(), 'hd-fleet-'));
  let settings = settingsSchema.parse({});
  const events: AppEvent[] = [];
  const page = new Map<string, BotRow>();
  function hear(event: AppEvent): void {
    events.push(structuredClone(event));
    onEvent?.(event);
    if (event.t === 'rows') {
      page.clear();
      for (const row of event.rows) page.set(row.id, row);
    } else if (event.t === 'delta') {
      for (const row of event.upserts) page.set(row.id, row);
      for (const id of event.removes) page.delete(id);
    }
  }
  let fleet: Fleet | null = null;
  const kubeconfig = openKubeconfig({
    env: { KUBECONFIG: files[0] ?? join(home, 'none'), PATH: process.env.PATH },
    home,
    argv: [],
    addedFiles: () => files.slice(1),
    consent: () => Promise.resolve(false),
    allowed: { has: () => false, add: () => undefined },
    onChange: () => fleet?.refreshContexts(),
    watch: { debounceMs: 20, pollMs: 200 },
  });
  await kubeconfig.ready;
  const made = createFleet({
    contexts: kubeconfig,
    settings: {
      get: () => settings,
      patch: (patch) => (settings = { ...settings, ...patch }),
    },
    connect,
    clock,
    userAgent: 'Hummingdeck/test',
    emit: hear,
  });
  fleet = made;
  made.subscribe();
  return {
    fleet: made,
    kubeconfig,
    events,
    page,
    /** A row as the page holds it. */
    row: (namespace: string, name: string) =>
      [...page.values()].find((row) => row.namespace === namespace && row.name === name),
    contextIds: () => made.contextList().contexts.map((context) => context.id),
    setNamespaces(id: string, namespaces: string[]) {
      const choice = settings.contexts[id] ?? { enabled: false, displayName: '', colour: null, namespaces: [] };
      settings = { ...settings, contexts: { ...settings.contexts, [id]: { ...choice, namespaces } } };
      made.refreshContexts();
    },
    dispose() {
      made.dispose();
      kubeconfig.dispose();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
export type FleetWorld = Awaited<ReturnType<typeof fleetWorld>>;

/** Waits for something to become true; tells what it waited for. */
export async function until<T>(what: string, look: () => T | Promise<T>, seconds = 60): Promise<NonNullable<T>> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A road to a server that can be closed and opened, as networks and API servers do, or fall silent. */
export async function road(server: string) {
  const { hostname, port } = new URL(server);
  const sockets = new Set<Socket>();
  let closed = false;
  let silent = false;
  const entry = createServer((near) => {
    if (closed) return void near.destroy();
    if (silent) return void sockets.add(near.on('error', () => undefined));
    const far = dial(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => (sockets.delete(socket), near.destroy(), far.destroy()));
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => entry.listen(0, '127.0.0.1', resolve));
  const address = entry.address();
  if (!address || typeof address === 'string') throw new Error('no port');
  return {
    server: `https://127.0.0.1:${address.port}`,
    cut() {
      closed = true;
      for (const socket of sockets) socket.destroy();
    },
    open() {
      closed = false;
    },
    /** Half-open: connections stay and new ones are taken, and nothing is passed. What there is by then ends with the silence. */
    silence(on: boolean) {
      silent = on;
      for (const socket of sockets) if (on) socket.unpipe().pause();
      if (!on) sockets.forEach((socket) => socket.destroy());
    },
    close: () =>
      new Promise<void>((resolve) => (sockets.forEach((socket) => socket.destroy()), entry.close(() => resolve()))),
  };
}

/** The same kubeconfig (JSON, as the test cluster writes it) with other names or another way to the server. */
export function copyKubeconfig(
  from: string,
  to: string,
  change: { server?: string; context?: string; namespace?: string },
): string {
  const config = JSON.parse(readFileSync(from, 'utf8'));
  if (change.server) config.clusters[0].cluster.server = change.server;
  if (change.context) config.contexts[0].name = config['current-context'] = change.context;
  if (change.namespace) config.contexts[0].context.namespace = change.namespace;
  writeFileSync(to, JSON.stringify(config));
  return to;
}
