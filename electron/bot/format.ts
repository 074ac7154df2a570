/** The on-cluster format, version 1 (docs/on-cluster-format.md). Changing a name here breaks bots in the field. */
export const FORMAT_VERSION = '1';
export const PREFIX = 'hummingdeck.io';

export const LABEL = {
  /** On everything the app makes. */
  managedBy: 'app.kubernetes.io/managed-by',
  name: 'app.kubernetes.io/name',
  /** The bot's name; also the pod selector. */
  instance: 'app.kubernetes.io/instance',
  /** `StatefulSet`s and pods of bots carry it: the one label that is watched. Value: format version. */
  bot: `${PREFIX}/bot`,
} as const;
export const MANAGED_BY = 'hummingdeck';
export const APP_NAME = 'hummingbot';

/** On the workload, so that a row needs nothing else. */
export const ANNOTATION = {
  pair: `${PREFIX}/pair`,
  exchange: `${PREFIX}/exchange`,
  strategy: `${PREFIX}/strategy`,
  /** `engine` | `classic` */
  run: `${PREFIX}/run`,
  /** `true` where orders are simulated. */
  paper: `${PREFIX}/paper`,
  template: `${PREFIX}/template`,
  /** Saved configuration that waits for the trader's restart. */
  pendingConfig: `${PREFIX}/pending-config`,
  /** Running operation: JSON {id, kind, holder, by, step, since, expiresAt}. */
  operation: `${PREFIX}/operation`,
  /** A pod given up by force: JSON {uid, node, at}. */
  givenUp: `${PREFIX}/given-up`,
  /** On the pod, by the bot's own reporter: what its record says of its trading. */
  reading: `${PREFIX}/reading`,
  /** There is or was a reporter: what it needs on the cluster is looked for when the bot goes. `on` | `off` */
  reporter: `${PREFIX}/reporter`,
} as const;

/** Names of what belongs to a bot. Hash: first 10 hex digits of the SHA-256 of the content. */
export const objectName = {
  config: (bot: string, hash: string) => `${bot}-config-${hash}`,
  keys: (bot: string, hash: string) => `${bot}-keys-${hash}`,
  data: (bot: string) => `${bot}-data`,
  reporter: (bot: string, hash: string) => `${bot}-reporter-${hash}`,
  reporterRole: (bot: string) => `${bot}-reporter`,
};
/** Keys of the ConfigMap: path below conf with `/` written as `.`-separated kind prefix, e.g. `strategies.eth-1.yml`, `conf_client.yml`. */
export const CONTAINER = 'hummingbot';
