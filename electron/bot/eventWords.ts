import { cleanText } from '../../shared/clean';
import type { Event } from '../cluster/objects';
import { refusalOf, unschedulableOf } from './waiting';

const PLAIN: Record<string, string> = {
  SuccessfulCreate: 'The cluster made a part of it.',
  SuccessfulDelete: 'The cluster took its pod away.',
  Created: 'Its container was made.',
  Started: 'Its container was started.',
  TaintManagerEviction: 'Its node did not answer, or was closed to it: the pod is given up.',
  NodeNotReady: 'Its node does not answer.',
  Preempted: 'It had to make room for a more important pod.',
  WaitForFirstConsumer: 'Its volume is made when a node takes the bot.',
  WaitForPodScheduled: 'Its volume is made when a node takes the bot.',
  Provisioning: 'Its volume is being made.',
  ExternalProvisioning: 'Its volume is being made.',
  ProvisioningSucceeded: 'Its volume was made.',
  SuccessfulAttachVolume: 'Its volume was given to the node.',
  Resizing: 'Its volume is being made larger.',
  FileSystemResizeSuccessful: 'Its volume was made larger.',
  NodeShutdown: 'Its node shuts down.',
};

const said = (message: string) => cleanText(message, 300);
const image = (message: string) => /image "([^"]+)"/.exec(message)?.[1] ?? '';
const OF_MESSAGE: Record<string, (message: string) => string> = {
  Scheduled: (message) => {
    const node = / to (\S+)$/.exec(message.trim())?.[1];
    return node ? `Node ${node} takes it.` : 'A node takes it.';
  },
  Pulling: (message) => `Its image is being fetched: ${image(message)}`,
  Pulled: (message) =>
    /already present/.test(message) ? 'Its image is on the node already.' : `Its image was fetched: ${image(message)}`,
  BackOff: (message) =>
    /pulling image/.test(message)
      ? 'Its image could not be fetched; the node waits before it tries again.'
      : 'It ended; the node waits before it starts it again.',
  Killing: (message) => {
    if (/liveness probe/.test(message)) return 'It no longer answers its health check: it is ended and started again.';
    if (/definition changed/.test(message))
      return 'Its image or settings changed on the running pod: it is started again.';
    return 'It is told to end.';
  },
  FailedScheduling: unschedulableOf,
  FailedCreate: refusalOf,
  FailedMount: (message) => `Its volume or a part of it can't be mounted: ${said(message)}`,
  FailedAttachVolume: (message) => `Its volume can't be given to the node: ${said(message)}`,
  FailedBinding: (message) => `Its volume can't be had: ${said(message)}`,
  ProvisioningFailed: (message) => `Its volume can't be made: ${said(message)}`,
  Evicted: (message) => `The node threw it out, being short of memory or disk: ${said(message)}`,
  Unhealthy: (message) =>
    /^Readiness/.test(message) ? `It is not ready: ${said(message)}` : `It fails its health check: ${said(message)}`,
};

/** An event in a trader's words; for what is not known the server's own message, cleaned. */
export function eventWords({ reason = '', message = '' }: Pick<Event, 'reason' | 'message'>): string {
  const words = OF_MESSAGE[reason]?.(message).trim() ?? PLAIN[reason];
  return words ? cleanText(words, 400) : cleanText(message, 600);
}
