import type { ClusterInfo, ConnectionStatus, ContextInfo, ContextUsage } from '../../shared/rows';
import type { Group } from './group';
import { colourOf, displayNames } from './naming';
import type { ContextChoice, ContextEntry } from './types';

type ChoiceOf = (id: string) => ContextChoice;

/** Every context as the page sees it: these fields and nothing else of what stands behind an entry. */
export function describeContexts(
  entries: readonly ContextEntry[],
  choiceOf: ChoiceOf,
  statusOf: (id: string) => ConnectionStatus,
  clusterOf: (id: string) => string | null,
  usageOf: (id: string) => ContextUsage | null,
): ContextInfo[] {
  const names = displayNames(entries, choiceOf);
  return entries.map((entry) => {
    const choice = choiceOf(entry.id);
    const { id, name, source, server, user, namespace, provider, auth, execCommand, problem } = entry;
    return {
      ...{ id, name, source, server, user, namespace, provider, auth, execCommand, problem },
      enabled: choice.enabled,
      displayName: names.get(entry.id) ?? entry.name,
      colour: colourOf(entry.id, choice),
      clusterId: clusterOf(entry.id),
      status: statusOf(entry.id),
      usage: usageOf(entry.id),
    };
  });
}

/** A cluster bears the name and colour of the first context, in the files' order, that leads or led to it. */
export function describeCluster(
  group: Group,
  entries: readonly ContextEntry[],
  choiceOf: ChoiceOf,
  names: ReadonlyMap<string, string> = displayNames(entries, choiceOf),
): ClusterInfo {
  const members = group.members();
  const ids = members.map((member) => member.contextId);
  const origins = entries.filter((entry) => group.origins.has(entry.id) && choiceOf(entry.id).enabled);
  const first = origins.find((entry) => ids.includes(entry.id)) ?? origins[0];
  const best = group.best();
  const provider = best && best.connection.provider !== 'unknown' ? best.connection.provider : first?.provider;
  return {
    id: group.id,
    contextIds: ids,
    name: first ? (names.get(first.id) ?? first.name) : 'Unknown cluster',
    colour: first ? colourOf(first.id, choiceOf(first.id)) : 0,
    provider: provider ?? 'unknown',
    status: group.status(),
    access: group.access(),
    namespace: first?.namespace || 'default',
    practice: first?.source.kind === 'practice',
  };
}

export function nameOf(contextId: string, entries: readonly ContextEntry[], choiceOf: ChoiceOf): string {
  return displayNames(entries, choiceOf).get(contextId) ?? contextId.replace(/^.*#/, '');
}
