import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ElectronApplication } from '@playwright/test';
import { kubectl, type Cluster } from '../cluster/cluster.mjs';
import { test } from './app';

/** One context with a cluster and a user of its own, as a kubeconfig has them. */
export interface Entry {
  name: string;
  cluster?: Record<string, unknown>;
  user?: Record<string, unknown>;
  namespace?: string;
  /** Uses the cluster entry of another context, or one that is nowhere. */
  clusterName?: string;
  /** Uses the user entry of another context. */
  userName?: string;
}

interface Config {
  clusters: { name: string; cluster: Record<string, unknown> }[];
  users: { name: string; user: Record<string, unknown> }[];
}

/** A folder of the test's own for its kubeconfigs and sign-in plugins, outside the app's data. */
export function folder(): string {
  const path = test.info().outputPath('trader');
  mkdirSync(path, { recursive: true });
  return path;
}

/** The cluster and the administrator, as the test cluster's own kubeconfig has them. */
export function adminOf(cluster: Cluster): { cluster: Record<string, unknown>; user: Record<string, unknown> } {
  const config = JSON.parse(readFileSync(cluster.kubeconfig, 'utf8')) as Config;
  return { cluster: config.clusters[0]!.cluster, user: config.users[0]!.user };
}

/** Writes a kubeconfig in place, as an editor or a provider's tool does; gives its path. */
export function writeKubeconfig(file: string, entries: Entry[]): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: entries.flatMap(({ name, cluster }) => (cluster ? [{ name, cluster }] : [])),
    users: entries.flatMap(({ name, user }) => (user ? [{ name, user }] : [])),
    contexts: entries.map(({ name, namespace, clusterName = name, userName = name }) => ({
      name,
      context: { cluster: clusterName, user: userName, ...(namespace ? { namespace } : {}) },
    })),
  };
  writeFileSync(file, JSON.stringify(config, null, 1), { mode: 0o600 });
  return file;
}

/** The next file dialogs are answered with these files, one after another. */
export async function chooseFiles(app: ElectronApplication, files: string[]): Promise<void> {
  await app.evaluate(({ dialog }, paths) => {
    const left = [...paths];
    dialog.showOpenDialog = (() => {
      const next = left.shift();
      return Promise.resolve({ canceled: next === undefined, filePaths: next === undefined ? [] : [next] });
    }) as typeof dialog.showOpenDialog;
  }, files);
}

/** A token of a new ServiceAccount that may do everything in the cluster; gone with its namespace. */
export async function adminToken(cluster: Cluster, namespace: string, name: string): Promise<string> {
  await kubectl(cluster, 'create', 'serviceaccount', name, '-n', namespace);
  const binding = `${namespace}-${name}`;
  const subject = `--serviceaccount=${namespace}:${name}`;
  await kubectl(cluster, 'create', 'clusterrolebinding', binding, '--clusterrole=cluster-admin', subject);
  return (await kubectl(cluster, 'create', 'token', name, '-n', namespace, '--duration=1h')).trim();
}

/** A sign-in plugin that answers with a token and counts its runs. */
export function signInPlugin(dir: string, name: string, token: string) {
  const [path, answer, count] = [join(dir, name), join(dir, `${name}.json`), join(dir, `${name}.count`)];
  const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token } };
  writeFileSync(answer, JSON.stringify(credential), { mode: 0o600 });
  writeFileSync(path, `#!/bin/sh\necho run >> '${count}'\ncat '${answer}'\n`);
  chmodSync(path, 0o755);
  writeFileSync(count, '');
  const exec = (args: string[], more: Record<string, unknown> = {}) => ({
    exec: { apiVersion: credential.apiVersion, command: path, args, interactiveMode: 'Never', ...more },
  });
  return { path, exec, runs: () => readFileSync(count, 'utf8').split('\n').length - 1 };
}
