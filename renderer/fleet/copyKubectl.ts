import type { BotRow, ContextInfo } from '../../shared/rows';

/** Characters in one command at most: cmd.exe takes 8,191 of a line. */
const MOST = 8_000;

/**
 * How a terminal takes a word for nothing but itself: `quoted`, unless it holds what that terminal would act on even in
 * quotes. `list` stands between several files.
 */
interface Terminal {
  quoted(text: string): string;
  unsafe: RegExp;
  list: string | null;
  comment(text: string): string;
}

/** A POSIX shell. */
export const posix: Terminal = {
  quoted: (text) => `'${text.replaceAll("'", "'\\''")}'`,
  unsafe: /\p{Cc}/u,
  list: ':',
  comment: (text) => `# ${text}`,
};

/**
 * cmd.exe and PowerShell alike: both take double quotes, the one expands `%` in them, the other `$` and a backtick, and a
 * backslash before the last quote would keep it open. Neither sets a variable for one command alone, in a way that both know.
 */
export const windows: Terminal = {
  quoted: (text) => `"${text}"`,
  unsafe: /\p{Cc}|["“”„%$`]|\\$/u,
  list: null,
  comment: (text) => `echo "${text}"`,
};

/** Names that the API server makes sure of need no quotes. */
const word = (text: string, { quoted }: Terminal): string => (/^[a-z0-9][a-z0-9.-]*$/.test(text) ? text : quoted(text));

/** The context kubectl is told: one of its own files before an added one, one that is on before one that is off. */
function contextOf(clusterId: string, contexts: readonly ContextInfo[], terminal: Terminal): ContextInfo | undefined {
  const rank = ({ source, enabled }: ContextInfo) => (source.kind === 'default' ? 0 : 2) + (enabled ? 0 : 1);
  const named = ({ name, source: { files } }: ContextInfo) =>
    [name, ...files].every((text) => !terminal.unsafe.test(text)) &&
    (files.length < 2 || (terminal.list !== null && files.every((file) => !file.includes(terminal.list!))));
  return contexts
    .filter((one) => one.clusterId === clusterId && one.source.kind !== 'practice' && named(one))
    .sort((a, b) => rank(a) - rank(b))[0];
}

/** Whether there is a command for any of these bots. */
export function kubectlReaches(rows: readonly BotRow[], contexts: readonly ContextInfo[], terminal: Terminal): boolean {
  return [...new Set(rows.map(({ clusterId }) => clusterId))].some((id) => contextOf(id, contexts, terminal));
}

/** kubectl with the files of a context: a terminal need not have the app's KUBECONFIG, and one of its own may hold another by that name. */
function kubectlFor({ name, source: { files } }: ContextInfo, { quoted, list }: Terminal): string {
  const program =
    files.length > 1
      ? `KUBECONFIG=${quoted(files.join(list ?? ''))} kubectl`
      : `kubectl --kubeconfig ${quoted(files[0] ?? '')}`;
  return `${program} --context ${quoted(name)}`;
}

/**
 * Commands that show these bots, one a cluster and namespace; '' where kubectl reaches none of them. Bots it can't reach (practice
 * clusters live in the app alone) are counted in a comment, so that nobody takes the rest for all.
 */
export function asKubectl(rows: readonly BotRow[], contexts: readonly ContextInfo[], terminal: Terminal): string {
  const groups = new Map<string, { context: ContextInfo; namespace: string; names: string[] }>();
  const known = new Map<string, ContextInfo | undefined>();
  let out = 0;
  for (const { clusterId, namespace, name } of rows) {
    if (!known.has(clusterId)) known.set(clusterId, contextOf(clusterId, contexts, terminal));
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
    const start = `${kubectlFor(context, terminal)} -n ${word(namespace, terminal)} get statefulset`;
    const parts: string[] = [];
    let line = '';
    for (const name of names.map((one) => word(one, terminal))) {
      if (line && line.length + 1 + name.length > MOST) {
        parts.push(line);
        line = '';
      }
      line = `${line || start} ${name}`;
    }
    return [...parts, line];
  });
  if (lines.length === 0) return '';
  if (out > 0) lines.push(terminal.comment(`${out} more ${out === 1 ? 'bot is' : 'bots are'} out of kubectl's reach`));
  return `${lines.join('\n')}\n`;
}
