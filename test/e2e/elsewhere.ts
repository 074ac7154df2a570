import { apply, kubectl, type Cluster } from '../cluster/cluster.mjs';

/**
 * A configuration saved by someone with other tools, noted as the one that waits: the checks of the app never saw it. Gives its name.
 * `base`: the version it is made from; without one what the bot's template names.
 */
export async function savedElsewhere(
  cluster: Cluster,
  { namespace, bot, base }: { namespace: string; bot: string; base?: string },
  change: (text: string) => string,
): Promise<string> {
  const template = 'jsonpath={.spec.template.spec.volumes[*].configMap.name}';
  const from = base ?? (await kubectl(cluster, 'get', 'statefulset', bot, '-n', namespace, '-o', template));
  const map = JSON.parse(await kubectl(cluster, 'get', 'configmap', from, '-n', namespace, '-o', 'json')) as {
    metadata: { labels: object };
    data: Record<string, string>;
  };
  const name = `${bot}-config-${Math.random().toString(16).slice(2).padEnd(10, '0').slice(0, 10)}`;
  const data = Object.fromEntries(Object.entries(map.data).map(([key, text]) => [key, change(text)]));
  const metadata = { name, namespace, labels: map.metadata.labels };
  await apply(cluster, [{ apiVersion: 'v1', kind: 'ConfigMap', metadata, immutable: true, data }]);
  const pending = `hummingdeck.io/pending-config=${name}`;
  await kubectl(cluster, 'annotate', '--overwrite', 'statefulset', bot, '-n', namespace, pending);
  return name;
}
