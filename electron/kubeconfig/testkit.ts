import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openKubeconfig, type Kubeconfig, type KubeconfigOptions } from './index';

/** A folder of the test's own, gone afterwards. `write` makes folders as needed and gives the path. */
export function makeHome() {
  const dir = mkdtempSync(join(tmpdir(), 'hd-kubeconfig-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const write = (name: string, text: string | Buffer, mode = 0o600): string => {
    const path = join(dir, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode });
    return path;
  };
  return { dir, write };
}

/** Opens the kubeconfigs below `dir`; everything it runs ends with the test. Allows every plugin unless told otherwise. */
export async function openIn(dir: string, options: Partial<KubeconfigOptions> = {}): Promise<Kubeconfig> {
  const allowed = new Set<string>();
  const room = openKubeconfig({
    env: { PATH: process.env.PATH },
    home: dir,
    argv: [],
    addedFiles: () => [],
    consent: () => Promise.resolve(true),
    allowed: { has: (hash) => allowed.has(hash), add: (hash) => allowed.add(hash) },
    onChange: () => undefined,
    watch: { debounceMs: 30 },
    ...options,
  });
  onTestFinished(() => room.dispose());
  await room.ready;
  return room;
}

/** A kubeconfig of one context; `user` and `cluster` are JSON, which is YAML too. */
export function kubeconfig(name: string, user: object = {}, cluster: object = {}): string {
  return `apiVersion: v1
kind: Config
current-context: ${name}
contexts:
- name: ${name}
  context: {cluster: ${name}-cluster, user: ${name}-user}
clusters:
- name: ${name}-cluster
  cluster: ${JSON.stringify({ server: `https://${name}.example:6443`, ...cluster })}
users:
- name: ${name}-user
  user: ${JSON.stringify(user)}
`;
}

/** The context's target; fails the test when it has none. */
export function targetOf(room: Kubeconfig, id: string) {
  const result = room.target(id);
  if (!result.ok) throw new Error(`${id}: ${result.error.message} ${result.error.cause ?? ''}`);
  return result.target;
}

/** Waits until `check` holds. */
export async function until(check: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 10_000;
  while (!check()) {
    if (Date.now() > end) throw new Error(`never happened: ${what}`);
    await new Promise((go) => setTimeout(go, 10));
  }
}
