import type { BotRow, ContextInfo } from '../../shared/rows';

/** Names in one command at most: well below what a system takes as one command line. */
const MOST_NAMES = 500;

/** A word for a POSIX shell, in single quotes: nothing in it is taken for anything but itself. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
/** Names that the API server makes sure of need no quotes. */
const word = (text: string): string => (/^[a-z0-9][a-z0-9.-]*$/.test(text) ? text : quoted(text));
/** A terminal would act on these even inside quotes. */
const unsafe = /\p{Cc}/u;

/** The context kubectl is told: one of its own files before an added one, one that is on before one that is off. */
function contextOf(clusterId: string, contexts: readonly ContextInfo[]): ContextInfo | undefined {
  const rank = ({ source, enabled }: ContextInfo) => (source.kind === 'default' ? 0 : 2) + (enabled ? 0 : 1);
  return contexts
    .filter((one) => one.clusterId === clusterId && one.source.kind !== 'practice' && !unsafe.test(one.name))
    .sort((a, b) => rank(a) - rank(b))[0];
}

/**
 * Commands that show these bots, one a cluster and namespace; '' where kubectl reaches none of them. Bots it can't reach (practice
 * clusters live in the app alone) are counted in a comment, so that nobody takes the rest for all.
 */
export function asKubectl(rows: readonly BotRow[], contexts: readonly ContextInfo[]): string {
  const groups = new Map<string, { context: ContextInfo; namespace: string; names: string[] }>();
  const known = new Map<string, ContextInfo | undefined>();
  let out = 0;
  for (const { clusterId, namespace, name } of rows) {
    if (!known.has(clusterId)) known.set(clusterId, contextOf(clusterId, contexts));
    const context = known.get(clusterId);
    if (!context) {
      out++;
      continue;
    }
    const key = `${clusterId}/${namespace}`;
    const group = groups.get(key) ?? { context, namespace, names: [] };
    group.names.push(name);
    groups.set(key, group);
  }
  const lines = [...groups.values()].flatMap(({ context, namespace, names }) => {
    const file = context.source.kind === 'added' ? `--kubeconfig ${quoted(context.source.path)} ` : '';
    const start = `kubectl ${file}--context ${quoted(context.name)} -n ${word(namespace)} get statefulset`;
    const parts: string[] = [];
    for (let at = 0; at < names.length; at += MOST_NAMES) {
      parts.push([start, ...names.slice(at, at + MOST_NAMES).map(word)].join(' '));
    }
    return parts;
  });
  if (lines.length === 0) return '';
  if (out > 0) lines.push(`# ${out} more ${out === 1 ? 'bot is' : 'bots are'} out of kubectl's reach`);
  return `${lines.join('\n')}\n`;
}
