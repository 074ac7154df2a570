import { cleanText } from '../../shared/clean';
import type { Event } from '../cluster/objects';

/** Sentences for what keeps a bot from starting, in a trader's words; the server's own words follow where they help. */

const QUOTA = /exceeded quota: ([^,]+)/;

/** Why the API server refused the pod of a workload, from the message of a FailedCreate event. */
export function refusalOf(message: string): string {
  const said = cleanText(message.replace(/^create Pod \S+ in StatefulSet \S+ failed error: /, ''), 300);
  const quota = QUOTA.exec(message);
  if (quota)
    return `The namespace's quota (${cleanText(quota[1] ?? '', 60)}) is used up: stop another bot or ask for more.`;
  if (/violates PodSecurity/.test(message)) return `The namespace's security rules do not allow this bot: ${said}`;
  if (/(maximum|minimum) (cpu|memory)|limit.*range/i.test(message))
    return `The namespace's limits do not allow a bot of this size: ${said}`;
  if (/serviceaccount.*not found|service account.*not found/i.test(message))
    return "The bot's service account is missing: deploy the bot again.";
  return `The cluster refuses to start this bot: ${said}`;
}

/** Why no node takes the pod, from the scheduler's message. */
export function unschedulableOf(message: string): string {
  const said = cleanText(message, 300);
  if (/persistentvolumeclaim "[^"]*" not found/.test(message))
    return "The bot's volume is missing: its claim was deleted.";
  if (/ReadWriteOncePod|in-use/i.test(message)) return "The bot's volume is still used by another pod.";
  if (
    /unbound immediate PersistentVolumeClaims|did not find available persistent volumes|VolumeBinding|storageclass/i.test(
      message,
    )
  )
    return 'The bot waits for its volume: the cluster has none to give for this storage class.';
  if (/volume node affinity conflict/.test(message))
    return "The bot's volume lies on a node or in a zone that can't take the bot now.";
  const short = ['memory', 'cpu', 'ephemeral-storage'].filter((kind) => message.includes(`Insufficient ${kind}`));
  if (short.length > 0) return `No node has enough free ${short.join(' and ').replace('cpu', 'CPU')} for this bot.`;
  if (/Too many pods/.test(message)) return 'All nodes are full: they run as many pods as they may.';
  if (/no nodes available|0\/0 nodes/.test(message)) return 'The cluster has no nodes to run on.';
  return `No node takes this bot: ${said}`;
}

/** Why a container does not start, from its waiting reason; '' where waiting is normal. */
export function waitingOf(reason: string, message: string, image: string): string {
  const said = cleanText(message, 300);
  switch (reason) {
    case 'ErrImagePull':
    case 'ImagePullBackOff':
      return `The image ${cleanText(image, 120)} can't be pulled${cause(pullCause(message))}.`;
    case 'ErrImageNeverPull':
      return `The image ${cleanText(image, 120)} is not on the node, and pulling it is forbidden.`;
    case 'InvalidImageName':
      return `"${cleanText(image, 120)}" is no name of an image.`;
    case 'CreateContainerConfigError':
      return /(secret|configmap) "[^"]*" not found/i.test(message)
        ? `A part of the bot is missing: ${said}.`
        : `The bot can't be started as configured: ${said}`;
    case 'CreateContainerError':
    case 'RunContainerError':
      return `The node can't start the bot: ${said}`;
    default:
      return '';
  }
}

function pullCause(message: string): string {
  if (/unauthorized|denied|authentication required|403/i.test(message))
    return 'the registry wants a pull secret, or it does not exist';
  if (/not found|manifest unknown/i.test(message)) return 'the registry has no such image';
  if (/toomanyrequests|rate limit|429/i.test(message)) return 'the registry allows no more pulls for now';
  if (/no such host|timeout|connection refused|dial tcp|i\/o/i.test(message)) return 'the registry does not answer';
  return '';
}
const cause = (words: string): string => (words ? `: ${words}` : '');

/** Time of an event, ms since 1970. */
export const eventTime = (event: Event): number =>
  Date.parse(
    event.series?.lastObservedTime ??
      event.lastTimestamp ??
      event.eventTime ??
      event.firstTimestamp ??
      event.metadata.creationTimestamp,
  ) || 0;

/** A volume that can't be mounted, from the pod's newest events, or ''. */
export function mountTroubleOf(events: Event[], podUid: string): string {
  const newest = events
    .filter(
      ({ involvedObject, reason }) =>
        involvedObject.uid === podUid && /^Failed(Mount|AttachVolume|Binding)$/.test(reason ?? ''),
    )
    .sort((a, b) => eventTime(b) - eventTime(a))[0];
  if (!newest) return '';
  const said = cleanText(newest.message ?? '', 300);
  if (/(secret|configmap) "[^"]*" not found/i.test(said)) return `A part of the bot is missing: ${said}`;
  return `The bot's volume can't be mounted: ${said}`;
}
