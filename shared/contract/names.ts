import type { CallName } from '.';

/** The contract's names alone, so that preload carries no schema. A missing or surplus name is a compile error. */
export const callNames = everyName([
  'app.info',
  'app.connectEvents',
  'app.openExternal',
  'app.copyText',
  'settings.get',
  'settings.patch',
  'contexts.list',
  'contexts.setEnabled',
  'contexts.setAllEnabled',
  'contexts.arrangePractice',
  'contexts.customise',
  'contexts.addFile',
  'contexts.removeFile',
  'contexts.retry',
  'contexts.answerConsent',
  'clusters.capacity',
  'deploy.templates',
  'deploy.targets',
  'deploy.check',
  'deploy.dryRun',
  'deploy.start',
  'bots.details',
  'bots.stop',
  'bots.start',
  'bots.restart',
  'bots.delete',
  'bots.setReporter',
  'config.read',
  'config.check',
  'config.save',
  'operations.list',
  'operations.act',
  'practice.state',
  'practice.act',
  'readings.inView',
  'readings.readNow',
  'terminals.open',
  'terminals.close',
  'alerts.see',
  'alerts.dismiss',
  'bots.events',
] as const);

/** A list that leaves out a name does not fit: the missing names are what the compiler then asks for. */
function everyName<const N extends readonly CallName[]>(
  names: [Exclude<CallName, N[number]>] extends [never] ? N : readonly Exclude<CallName, N[number]>[],
): readonly string[] {
  return names;
}
