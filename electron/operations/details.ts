import type { BotDetails, ObjectRef } from '../../shared/bots';
import type { BotRef } from '../../shared/rows';
import { recognise } from '../bot/recognise';
import { PERSISTENT_VOLUME_CLAIMS } from '../cluster';
import type { Pod, StatefulSet } from '../cluster/objects';
import { siteOf, type Context } from './context';
import { claimNameOf, latelyOf } from './lately';
import { podOfBot } from './pods';
import { hadReporter, objectsOfBot } from './remove';
import type { Claim } from './resources';
import { orNull, workloadOf } from './site';
import { short } from './text';

/** Password of the public manifests. */
const PUBLIC_PASSWORD = 'ChangeM3Pl34se';

/** Everything to know of one bot beyond its row. @throws Failure NOT_FOUND, WRONG_CLUSTER, … */
export async function details(context: Context, bot: BotRef): Promise<BotDetails> {
  const site = siteOf(context, bot.clusterId, bot.namespace);
  await site.verify();
  const workload = await workloadOf(site, bot);
  const pod = await podOfBot(site, workload);
  const claimName = claimNameOf(workload);
  const claim = claimName
    ? await orNull(site.api.get<Claim>(PERSISTENT_VOLUME_CLAIMS, bot.namespace, claimName), 'FORBIDDEN')
    : null;
  const lately = await latelyOf(site, workload, pod);
  const known = recognise(workload);
  const own = await objectsOfBot(site, bot.namespace, bot.name, hadReporter(workload));
  const container = known?.container ?? '';
  return {
    ref: bot,
    lately,
    objects: [self(workload), ...(pod ? [podRef(pod)] : []), ...(known?.managed ? own.objects : mounted(workload))],
    image: short(workload.spec.template.spec.containers.find((one) => one.name === container)?.image ?? ''),
    volume: claimName ? volumeText(claimName, claim) : 'none: what the bot knows is lost with its pod',
    warnings: warningsOf(workload),
  };
}

const self = ({ metadata }: StatefulSet): ObjectRef => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  namespace: metadata.namespace ?? '',
  name: metadata.name,
  uid: metadata.uid,
});
const podRef = ({ metadata }: Pod): ObjectRef => ({
  apiVersion: 'v1',
  kind: 'Pod',
  namespace: metadata.namespace ?? '',
  name: metadata.name,
  uid: metadata.uid,
});

/** What a bot made by hand mounts. */
function mounted({ metadata, spec }: StatefulSet): ObjectRef[] {
  const at = { apiVersion: 'v1', namespace: metadata.namespace ?? '' };
  return (spec.template.spec.volumes ?? []).flatMap((volume): ObjectRef[] => {
    if (volume.configMap) return [{ ...at, kind: 'ConfigMap', name: volume.configMap.name }];
    if (volume.secret) return [{ ...at, kind: 'Secret', name: volume.secret.secretName }];
    if (volume.persistentVolumeClaim)
      return [{ ...at, kind: 'PersistentVolumeClaim', name: volume.persistentVolumeClaim.claimName }];
    return [];
  });
}

function volumeText(name: string, claim: Claim | null): string {
  if (!claim) return `${name}: not there, or not to be seen with your rights`;
  const size = claim.status?.capacity?.storage ?? claim.spec.resources?.requests?.storage ?? '';
  return [
    name,
    size,
    claim.spec.storageClassName ? `class ${claim.spec.storageClassName}` : '',
    claim.status?.phase === 'Bound' ? '' : (claim.status?.phase ?? '').toLowerCase(),
  ]
    .filter(Boolean)
    .join(', ');
}

/** What a trader should mend: passwords in clear text, images that change under one's hands, no volume, too little time to cancel. */
export function warningsOf(workload: StatefulSet): string[] {
  const { spec } = workload.spec.template;
  const known = recognise(workload);
  const container = spec.containers.find((one) => one.name === known?.container) ?? spec.containers[0];
  if (!container) return [];
  const warnings: string[] = [];
  const words = [...(container.command ?? []), ...(container.args ?? [])].join(' ');
  const env = (container.env ?? []).filter((one) => one.value && /^(HBOT_PASSWORD|CONFIG_PASSWORD)$/.test(one.name));
  // Read from a file or the environment is no password in clear text.
  const given = /(?:^|\s)(?:-p|--config-password|--password)[=\s]+(["']?)([^\s"']+)\1/.exec(words)?.[2];
  if (words.includes(PUBLIC_PASSWORD) || env.some((one) => one.value === PUBLIC_PASSWORD))
    warnings.push(
      'It uses the public default password, which everyone knows: whoever can read its files can read its keys.',
    );
  else if ((given && !given.startsWith('$')) || env.length)
    warnings.push('Its password lies in clear text in its manifest: whoever may see the workload can read it.');
  const image = container.image ?? '';
  const tag = /:([^:/@]+)(?:@|$)/.exec(image)?.[1];
  if (!image.includes('@sha256:') && (!tag || ['latest', 'development', 'main', 'master'].includes(tag)))
    warnings.push(`Its image (${short(image, 120)}) names no fixed version: a restart may bring another Hummingbot.`);
  if (!spec.volumes?.some((volume) => volume.persistentVolumeClaim) && !workload.spec.volumeClaimTemplates?.length)
    warnings.push('It keeps no volume: after a crash it no longer knows its open orders.');
  if (known?.run === 'engine' && (spec.terminationGracePeriodSeconds ?? 30) < 60)
    warnings.push(
      `It is given only ${spec.terminationGracePeriodSeconds ?? 30} s to cancel its orders before it is killed.`,
    );
  return warnings;
}
