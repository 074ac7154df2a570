import type { PracticeAct, PracticeRights, PracticeState } from '../../shared/practice';
import type { PracticeCluster } from './index';
import { KINDS } from './kinds';
import type { Denied } from './rights';

/** Where the practice trader is at home. */
const HOME = 'trading';
/** Which cluster it is stays to be read: without that nothing could be done to the bots that are shown. */
const BUT_NAMESPACES = KINDS.filter(({ plural }) => plural !== 'namespaces').flatMap(({ plural, subresources }) => [
  plural,
  ...subresources.map((sub) => `${plural}/${sub}`),
]);
const WRITES = ['create', 'patch', 'update', 'delete'];

/** What is taken away where only so much is left. `elsewhere`: all namespaces but the trader's. */
const taken = (rights: PracticeRights, elsewhere: string[]): Denied[] => {
  const label = rights;
  switch (rights) {
    case 'all':
      return [];
    case 'read-only':
      return [
        { verbs: WRITES, resources: ['*'], label },
        { verbs: ['get'], resources: ['pods/exec', 'pods/attach'], label },
      ];
    case 'no-logs-or-shells':
      return [{ verbs: ['get', 'create'], resources: ['pods/log', 'pods/exec', 'pods/attach'], label }];
    case 'one-namespace':
      return [{ verbs: ['*'], resources: BUT_NAMESPACES, namespaces: elsewhere, label }];
  }
};

/** Breaks, mends or sets one thing, and tells how it is then. Nodes and bots that are not there change nothing. */
export function perform(cluster: PracticeCluster, act: PracticeAct): PracticeState {
  const { faults } = cluster;
  switch (act.act) {
    case 'bot':
      faults.bot(act.bot, act.fault, act.on);
      break;
    case 'kill':
      faults.kill(act.bot);
      break;
    case 'mendBot':
      for (const fault of faults.state().bots[act.bot] ?? []) faults.bot(act.bot, fault, false);
      break;
    case 'node':
      faults.nodeLost(act.node, act.on);
      break;
    case 'unreachable':
      faults.unreachable(act.on);
      break;
    case 'slow':
      faults.slow(act.ms);
      break;
    case 'cut':
      faults.cutConnections();
      break;
    case 'rights':
      leave(cluster, act.rights);
      break;
    case 'signedOut':
      faults.signedOut(act.on);
      break;
    case 'forget':
      faults.forgetHistory();
      break;
    case 'speed':
      cluster.setSpeed(act.speed);
      break;
    case 'mendAll':
      mendAll(cluster);
  }
  return stateOf(cluster);
}

/** What is broken and how fast it goes. */
export const stateOf = (cluster: PracticeCluster): PracticeState => ({
  speed: cluster.speed(),
  ...cluster.faults.state(),
});

function leave({ faults, namespaces }: PracticeCluster, rights: PracticeRights): void {
  faults.restoreRights();
  const elsewhere = namespaces().filter((name) => name !== HOME);
  for (const denied of taken(rights, elsewhere)) faults.takeRights(denied);
}

function mendAll(cluster: PracticeCluster): void {
  const { faults } = cluster;
  const { bots, nodes } = faults.state();
  faults.unreachable(false);
  faults.slow(0);
  faults.signedOut(false);
  faults.restoreRights();
  for (const node of nodes) if (node.lost) faults.nodeLost(node.name, false);
  for (const [bot, found] of Object.entries(bots)) for (const fault of found) faults.bot(bot, fault, false);
}
