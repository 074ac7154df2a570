import type { ConfigFile, ObjectRef } from '../../shared/bots';
import type { ConfigMap, PodTemplate, StatefulSet } from '../cluster/objects';
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

/** All objects of a bot in the order they are applied: ServiceAccount, ConfigMap, Secret, claim, StatefulSet. */
export function objectsOf(spec: BotSpec): ManifestObject[] {
  return spec ? [] : [];
}

/** The immutable ConfigMap of a version of the files; its name ends in their hash. */
export function configMapOf(bot: string, namespace: string, files: ConfigFile[]): ManifestObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: bot, namespace }, files };
}

/** Files of a bot's ConfigMap, also of one made by hand; `conf_client.yml` last. */
export function filesOfConfigMap(configMap: Pick<ConfigMap, 'data'>): ConfigFile[] {
  return configMap.data ? [] : [];
}

/** The pod a StatefulSet would make, under a name of its own, for a dry run (quota, limits and pod security show only there). */
export function podOf(statefulSet: ManifestObject | StatefulSet): ManifestObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: statefulSet.metadata.name, namespace: '' } };
}

/**
 * A pod that mounts a stopped bot's claim read-only and prints possibly open orders into its log (`parseOpenOrders`), then ends.
 * Make it only when no pod of the bot is left.
 */
export function readerPodOf(statefulSet: StatefulSet, options: { name: string; strategyFile: string }): ManifestObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: options.name, namespace: statefulSet.metadata.name } };
}

/** The template of a workload pointed at another ConfigMap, nothing else changed. */
export function withConfig(template: PodTemplate, configName: string): PodTemplate {
  return configName ? template : template;
}

/** Several documents as `kubectl apply -f` takes them; Secrets' values replaced by a mark when hidden. */
export function yamlOf(objects: ManifestObject[], options: { hideSecrets: boolean }): string {
  return options.hideSecrets ? '' : String(objects.length);
}

export function refOf(object: ManifestObject | (StatefulSet & { apiVersion?: string })): ObjectRef {
  return {
    apiVersion: object.apiVersion ?? '',
    kind: object.kind ?? '',
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
  };
}
