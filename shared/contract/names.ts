import type { CallName } from '.';

/** The contract's names alone, so that preload carries no schema. A missing or surplus name is a compile error. */
export const callNames = [
  'app.info',
  'app.connectEvents',
  'app.openExternal',
  'app.copyText',
  'settings.get',
  'settings.patch',
  'contexts.list',
  'contexts.setEnabled',
  'contexts.customise',
  'contexts.addFile',
  'contexts.removeFile',
  'contexts.retry',
  'contexts.answerConsent',
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
  'config.read',
  'config.check',
  'config.save',
  'operations.list',
  'operations.act',
  'terminals.open',
  'terminals.close',
] as const satisfies readonly CallName[];

type Missing = Exclude<CallName, (typeof callNames)[number]>;
export const isComplete: [Missing] extends [never] ? true : Missing = true;
