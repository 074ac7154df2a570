import { Failure } from '../../shared/errors';
import { recognise } from '../bot/recognise';
import type { StatefulSet } from '../cluster/objects';

const DO: Record<'stop' | 'start' | 'restart' | 'delete' | 'edit', string> = {
  stop: 'stopped',
  start: 'started',
  restart: 'restarted',
  delete: 'deleted',
  edit: 'changed',
};

/** Bots made by hand are looked at only, until adopted. @throws Failure UNSUPPORTED with how to do it by hand */
export function mustBeManaged(workload: StatefulSet, what: keyof typeof DO): void {
  const bot = recognise(workload);
  if (bot?.managed) return;
  const { name, namespace = '' } = workload.metadata;
  const scale = `kubectl -n ${namespace} scale statefulset/${name} --replicas=`;
  const byHand: Record<keyof typeof DO, string> = {
    stop:
      bot?.run === 'engine'
        ? `By hand: “${scale}0”, then wait until its pod is gone.`
        : `By hand: open its screen, type “stop”, wait until it says that its orders are cancelled, then “${scale}0”. Never type “exit”: it would be started again and trade.`,
    start: `By hand: “${scale}1”.`,
    restart: `By hand: stop it, wait until its pod is gone, then “${scale}1”.`,
    delete: `By hand: stop it first, then “kubectl -n ${namespace} delete statefulset/${name}”.`,
    edit: 'By hand: change its ConfigMap, stop the bot and start it.',
  };
  throw new Failure({
    code: 'UNSUPPORTED',
    message: `${name} was not made by Hummingdeck, so it is looked at only and can't be ${DO[what]} here.`,
    hint: byHand[what],
  });
}
