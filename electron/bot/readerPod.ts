import { openOrdersCommand } from '../hummingbot/openOrders';
import type { StatefulSet } from '../cluster/objects';
import { CONTAINER, LABEL, MANAGED_BY } from './format';
import type { ManifestObject } from './manifest';

/**
 * A pod that mounts a stopped bot's claim read-only, prints possibly open orders into its log (`parseOpenOrders`) and ends within a minute.
 * Make it only when no pod of the bot is left. It carries none of the bot's labels, so nothing takes it for the bot.
 */
export function readerPodOf(
  statefulSet: StatefulSet,
  options: { name: string; strategyFile: string },
): ManifestObject | null {
  const { spec } = statefulSet.spec.template;
  const data = spec.volumes?.find(({ persistentVolumeClaim }) => persistentVolumeClaim);
  const main = spec.containers.find(({ name }) => name === CONTAINER) ?? spec.containers[0];
  if (!data || !main?.image) return null;
  const mounted = main.volumeMounts?.find(({ name, mountPath }) => name === data.name && mountPath.endsWith('/data'));
  const more = spec as unknown as { imagePullSecrets?: unknown; securityContext?: unknown };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: options.name,
      namespace: statefulSet.metadata.namespace ?? '',
      labels: { [LABEL.managedBy]: MANAGED_BY },
    },
    spec: {
      restartPolicy: 'Never',
      activeDeadlineSeconds: 60,
      terminationGracePeriodSeconds: 5,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...(more.imagePullSecrets ? { imagePullSecrets: more.imagePullSecrets } : {}),
      ...(more.securityContext ? { securityContext: more.securityContext } : {}),
      containers: [
        {
          name: 'reader',
          image: main.image,
          imagePullPolicy: 'IfNotPresent',
          command: openOrdersCommand(options.strategyFile, '/volume'),
          securityContext: {
            readOnlyRootFilesystem: true,
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
          },
          resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '128Mi' } },
          volumeMounts: [
            { name: 'tmp', mountPath: '/tmp' },
            {
              name: data.name,
              mountPath: '/volume',
              readOnly: true,
              ...(mounted?.subPath ? { subPath: mounted.subPath } : {}),
            },
          ],
        },
      ],
      volumes: [data, { name: 'tmp', emptyDir: {} }],
    },
  };
}
