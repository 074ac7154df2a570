import { REPORTER_SIZE } from '../../shared/capacity';
import type { BotRow } from '../../shared/rows';
import type { PodTemplate, StatefulSet } from '../cluster/objects';
import { databasePattern } from '../hummingbot/tradingProgram';
import { objectName } from './format';
import { contentHash } from './hash';
import type { ManifestObject } from './manifest';
import { hardened, HOME, WAIT_FOR_HANDLER } from './podSpec';
import { REPORTER, TOKEN_PATH } from './reporterProgram';

export const REPORTER_CONTAINER = 'reporter';
const SCRIPT = 'reporter.py';
const VOLUMES = ['reporter', 'reporter-token'];

/** The ConfigMap with the reporter's program; its name says which version. */
const scriptName = (bot: string): string => objectName.reporter(bot, contentHash({ [SCRIPT]: REPORTER }));

/**
 * What a bot's reporter needs beside the pod: its program, and the one right it has. `pods/status` of the bot's own pod is the tightest that Kubernetes
 * offers for an annotation: `pods` itself would also let it change the image, and so reach the bot's keys.
 */
export function reporterObjects(bot: string, namespace: string, labels: Record<string, string>): ManifestObject[] {
  const metadata = (name: string): ManifestObject['metadata'] => ({ name, namespace, labels });
  const name = objectName.reporterRole(bot);
  const rbac = 'rbac.authorization.k8s.io';
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: metadata(scriptName(bot)),
      immutable: true,
      data: { [SCRIPT]: REPORTER },
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'Role',
      metadata: metadata(name),
      rules: [{ apiGroups: [''], resources: ['pods/status'], resourceNames: [`${bot}-0`], verbs: ['patch'] }],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: metadata(name),
      roleRef: { apiGroup: rbac, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name: bot, namespace }],
    },
  ];
}

/** A second container of the bot's own image: it sees the bot's record read-only, none of its keys, and a token of the account that is given one right. */
export function reporterContainer(image: string, strategyFile: string): Record<string, unknown> {
  const field = (name: string, fieldPath: string) => ({
    name,
    valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } },
  });
  const mount = (name: string, mountPath: string, more: object = {}) => ({ name, mountPath, readOnly: true, ...more });
  const memory = `${REPORTER_SIZE.memoryMi}Mi`;
  return {
    name: REPORTER_CONTAINER,
    image,
    imagePullPolicy: 'IfNotPresent',
    workingDir: HOME,
    command: ['python3', '-u', `/reporter/${SCRIPT}`, databasePattern(strategyFile)],
    env: [field('POD', 'metadata.name'), field('NAMESPACE', 'metadata.namespace')],
    securityContext: hardened,
    resources: { requests: { cpu: `${REPORTER_SIZE.cpuMilli}m`, memory }, limits: { memory } },
    // A SIGTERM before its handler is set would be lost, and it would hold the pod for the bot's whole grace period.
    lifecycle: { preStop: { exec: { command: ['bash', '-c', WAIT_FOR_HANDLER] } } },
    volumeMounts: [
      mount('data', `${HOME}/data`, { subPath: 'db' }),
      mount('data', `${HOME}/logs`, { subPath: 'logs' }),
      mount('reporter', '/reporter'),
      mount('reporter-token', TOKEN_PATH),
    ],
  };
}
export const reporterVolumes = (bot: string): Record<string, unknown>[] => [
  { name: 'reporter', configMap: { name: scriptName(bot) } },
  {
    name: 'reporter-token',
    projected: {
      defaultMode: 0o440,
      sources: [
        { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      ],
    },
  },
];

/** A workload's template with or without the reporter, nothing else changed. @param file strategy file of the bot */
export function withReporter(workload: StatefulSet, container: string, file: string, on: boolean): PodTemplate['spec'] {
  const { spec } = workload.spec.template;
  const containers = spec.containers.filter(({ name }) => name !== REPORTER_CONTAINER);
  const volumes = (spec.volumes ?? []).filter(({ name }) => !VOLUMES.includes(name));
  if (!on) return { ...spec, containers, volumes };
  const image = containers.find(({ name }) => name === container)?.image ?? '';
  return {
    ...spec,
    containers: [...containers, reporterContainer(image, file) as unknown as (typeof containers)[number]],
    volumes: [...volumes, ...(reporterVolumes(workload.metadata.name) as unknown as typeof volumes)],
  };
}

/** Whether a bot has a reporter: in its pod, or from its next start on, or until then. */
export function reporterState(
  template: { containers: { name: string }[] },
  pod: { containers: { name: string }[] } | undefined,
): BotRow['reporter'] {
  const has = (spec: { containers: { name: string }[] }) =>
    spec.containers.some(({ name }) => name === REPORTER_CONTAINER);
  const next = has(template);
  if (!pod) return next ? 'next' : '';
  return has(pod) ? (next ? 'on' : 'last') : next ? 'next' : '';
}
