// @ts-check
import { readFileSync } from 'node:fs';
import { Agent } from 'undici';

/** The lists that the app asks for at start; its look for bots made by hand brings nothing here, and no row waits for it. */
export const LISTS = ['/apis/apps/v1/statefulsets', '/api/v1/pods'].map(
  (path) => `${path}?labelSelector=hummingdeck.io%2Fbot`,
);

/** Kept connections to every server of a kubeconfig. @param {string} kubeconfig @returns {{ server: string, dispatcher: Agent }[]} */
export function keptConnections(kubeconfig) {
  const config = JSON.parse(readFileSync(kubeconfig, 'utf8'));
  const pem = (/** @type {string} */ data) => Buffer.from(data, 'base64').toString();
  const { user } = config.users[0];
  return config.clusters.map((/** @type {any} */ { cluster }) => ({
    server: cluster.server,
    dispatcher: new Agent({
      ...{ connections: 2, keepAliveTimeout: 600_000, keepAliveMaxTimeout: 600_000 },
      connect: {
        ca: pem(cluster['certificate-authority-data']),
        cert: pem(user['client-certificate-data']),
        key: pem(user['client-key-data']),
      },
    }),
  }));
}
