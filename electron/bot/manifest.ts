import { stringify } from 'yaml';
import type { ConfigFile, ObjectRef } from '../../shared/bots';
import type { ConfigMap, PodTemplate, StatefulSet } from '../cluster/objects';
import { ANNOTATION, APP_NAME, FORMAT_VERSION, LABEL, MANAGED_BY, objectName } from './format';
import { contentHash, dataOfFiles, pathOfKey } from './hash';
import { podSpecOf } from './podSpec';
import { reporterContainer, reporterObjects, reporterVolumes } from './reporter';
import type { BotSpec } from './spec';

/** An object as it is applied: no uid, no status. */
export interface ManifestObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  [part: string]: unknown;
}

/** Labels of everything that belongs to a bot. */
export const labelsOf = (bot: string): Record<string, string> => ({
  [LABEL.name]: APP_NAME,
  [LABEL.instance]: bot,
  [LABEL.managedBy]: MANAGED_BY,
});

/** All objects of a bot in the order they are applied: ServiceAccount, ConfigMap, Secret, claim, StatefulSet. */
export function objectsOf(spec: BotSpec): ManifestObject[] {
  const { name, namespace } = spec;
  const metadata = (objectName: string): ManifestObject['metadata'] => ({
    name: objectName,
    namespace,
    labels: labelsOf(name),
  });
  return [
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: metadata(name),
      // A bot has no business with the cluster.
      automountServiceAccountToken: false,
    },
    configMapOf(name, namespace, spec.files),
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: metadata(spec.keysName),
      immutable: true,
      type: 'Opaque',
      data: Object.fromEntries(Object.entries(spec.keys).map(([key, text]) => [key, base64(text)])),
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: metadata(objectName.data(name)),
      spec: {
        accessModes: [spec.accessMode],
        ...(spec.storageClass ? { storageClassName: spec.storageClass } : {}),
        resources: { requests: { storage: `${spec.storageGi}Gi` } },
      },
    },
    ...(spec.reporter ? reporterObjects(name, namespace, labelsOf(name)) : []),
    statefulSetOf(spec),
  ];
}

function statefulSetOf(spec: BotSpec): ManifestObject {
  const labels = { ...labelsOf(spec.name), [LABEL.bot]: FORMAT_VERSION };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: {
      name: spec.name,
      namespace: spec.namespace,
      labels,
      annotations: {
        [ANNOTATION.pair]: spec.pair,
        [ANNOTATION.exchange]: spec.exchange,
        [ANNOTATION.strategy]: spec.strategy,
        [ANNOTATION.run]: spec.run,
        [ANNOTATION.paper]: String(spec.paper),
        [ANNOTATION.template]: spec.template,
        ...(spec.reporter ? { [ANNOTATION.reporter]: 'on' } : {}),
      },
    },
    spec: {
      replicas: 1,
      serviceName: spec.name,
      // Nothing but the trader's own restart brings a change into effect.
      updateStrategy: { type: 'OnDelete' },
      selector: { matchLabels: { [LABEL.name]: APP_NAME, [LABEL.instance]: spec.name } },
      template: {
        metadata: { labels, annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' } },
        spec: spec.reporter ? reported(spec) : podSpecOf(spec),
      },
    },
  };
}

function reported(spec: BotSpec): Record<string, unknown> {
  const pod = podSpecOf(spec);
  return {
    ...pod,
    containers: [...(pod['containers'] as object[]), reporterContainer(spec.image, spec.strategyFile)],
    volumes: [...(pod['volumes'] as object[]), ...reporterVolumes(spec.name)],
  };
}

/** The immutable ConfigMap of a version of the files; its name ends in their hash. */
export function configMapOf(bot: string, namespace: string, files: ConfigFile[]): ManifestObject {
  const data = dataOfFiles(files);
  const metadata = { name: objectName.config(bot, contentHash(data)), namespace, labels: labelsOf(bot) };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, immutable: true, data };
}

/** Files of a bot's ConfigMap, also of one made by hand; strategies first, `conf_client.yml` after them. */
export function filesOfConfigMap(configMap: Pick<ConfigMap, 'data'>): ConfigFile[] {
  const files = Object.entries(configMap.data ?? {}).map(([key, text]) => ({ path: pathOfKey(key), text }));
  const rank = ({ path }: ConfigFile): number => (path.includes('/') ? 0 : /^conf_/.test(path) ? 2 : 1);
  return files.sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
}

/** The pod a StatefulSet would make, under a name of its own, for a dry run (quota, limits and pod security show only there). */
export function podOf(statefulSet: ManifestObject | StatefulSet): ManifestObject {
  const { template } = statefulSet.spec as StatefulSet['spec'];
  // The bot's own account may not be there yet, and a pod naming a missing one is refused.
  const { serviceAccountName: _, ...spec } = template.spec;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${statefulSet.metadata.name}-dry-run`,
      namespace: statefulSet.metadata.namespace ?? '',
      ...(template.metadata?.annotations ? { annotations: template.metadata.annotations } : {}),
      // Without the labels of the bot: no selector may ever take it for one.
      labels: { [LABEL.managedBy]: MANAGED_BY },
    },
    spec,
  };
}

/** The template of a workload pointed at another ConfigMap, nothing else changed. */
export function withConfig(template: PodTemplate, configName: string): PodTemplate {
  const volumes = template.spec.volumes?.map((volume) =>
    volume.name === 'config' && volume.configMap
      ? { ...volume, configMap: { ...volume.configMap, name: configName } }
      : volume,
  );
  return { ...template, spec: { ...template.spec, ...(volumes ? { volumes } : {}) } };
}

/** Several documents as `kubectl apply -f` takes them; Secrets' values replaced by a mark when hidden. */
export function yamlOf(objects: ManifestObject[], options: { hideSecrets: boolean }): string {
  const shown = objects.map((object) =>
    options.hideSecrets && object.kind === 'Secret' ? withoutValues(object) : object,
  );
  return shown.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
}

function withoutValues(secret: ManifestObject): ManifestObject {
  const hidden = (values: unknown): Record<string, string> =>
    Object.fromEntries(Object.keys((values ?? {}) as object).map((key) => [key, '(hidden)']));
  const { data, stringData, ...rest } = secret;
  return { ...rest, stringData: { ...hidden(data), ...hidden(stringData) } } as ManifestObject;
}

export function refOf(object: ManifestObject | StatefulSet): ObjectRef {
  const { apiVersion, kind, metadata } = object as ManifestObject & { metadata: { uid?: string } };
  return {
    // Items of a list come without both.
    apiVersion: apiVersion ?? 'apps/v1',
    kind: kind ?? 'StatefulSet',
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    ...(metadata.uid ? { uid: metadata.uid } : {}),
  };
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
