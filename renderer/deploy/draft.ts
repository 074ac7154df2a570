import type { Draft, DraftCheck, FieldInfo, Issue, TemplateInfo } from '../../shared/bots';
import type { ClusterInfo } from '../../shared/rows';

/** The form as it stands: every field as typed, so that half a number is kept while it is being typed. */
export interface Form {
  template: TemplateInfo['id'];
  clusterId: string;
  namespace: string;
  name: string;
  image: string;
  exchange: string;
  pair: string;
  /** Strategy fields by key. */
  values: Record<string, string>;
  password: string;
  /** Typed again; never sent. */
  repeat: string;
  memoryMi: string;
  cpuMilli: string;
  storageGi: string;
  storageClass: string;
  pullSecret: string;
  reporter: boolean;
}

/** Draft keys that are numbers, with what the form calls their unit. */
const NUMBERS = { memoryMi: 'MiB', cpuMilli: 'thousandths of a core', storageGi: 'GiB' } as const;
export type NumberKey = keyof typeof NUMBERS;
const EXAMPLES: Record<NumberKey, string> = { memoryMi: '768', cpuMilli: '100', storageGi: '2' };

/** Types whose value is a field of the draft itself, not of `values`. */
const OWN_PLACE: Partial<Record<FieldInfo['type'], 'pair' | 'exchange'>> = { pair: 'pair', exchange: 'exchange' };

/** The strategy's own fields: exchange and pair have their place in the form. */
export const strategyFields = (template: TemplateInfo): FieldInfo[] =>
  template.fields.filter((field) => !OWN_PLACE[field.type]);

const defaultExchange = (template: TemplateInfo) =>
  template.fields.find((field) => field.type === 'exchange')?.default || (template.exchanges[0] ?? '');

/**
 * The cluster a fresh form begins with, or '': chosen beforehand only where there is no choice. During the tour (`practiceOnly`) never a
 * real one, which may have been turned on in the middle of it.
 */
export function onlyCluster(clusters: readonly ClusterInfo[], practiceOnly: boolean): string {
  const [one, ...others] = clusters;
  if (!one || others.length > 0 || one.status.phase !== 'live') return '';
  return practiceOnly && !one.practice ? '' : one.id;
}

/**
 * A form taken up again: its cluster is the one that was chosen, or none. Whatever else is there by now (a real one instead of the practice
 * cluster, or the other way round) is the trader's to choose.
 */
export function takenUp(form: Form, clusters: readonly ClusterInfo[]): Form {
  return clusters.some(({ id }) => id === form.clusterId) ? form : { ...form, clusterId: '', namespace: '' };
}

/** An empty form of a template for a cluster, or for none yet (''). */
export function newForm(template: TemplateInfo, clusterId: string): Form {
  return {
    template: template.id,
    clusterId,
    namespace: '',
    name: '',
    image: template.images[0] ?? '',
    exchange: defaultExchange(template),
    pair: template.pair,
    values: Object.fromEntries(strategyFields(template).map((field) => [field.key, field.default])),
    password: '',
    repeat: '',
    memoryMi: String(template.size.memoryMi),
    cpuMilli: String(template.size.cpuMilli),
    storageGi: String(template.size.storageGi),
    storageClass: '',
    pullSecret: '',
    reporter: false,
  };
}

/** The same form for another template: what was typed stays where the other template has the field, the rest takes its defaults. */
export function switchTemplate(form: Form, from: TemplateInfo, to: TemplateInfo): Form {
  const fresh = newForm(to, '');
  const typed = newForm(from, '');
  const values = { ...fresh.values };
  for (const key of Object.keys(values)) {
    const value = form.values[key];
    if (value !== undefined && value !== typed.values[key]) values[key] = value;
  }
  return {
    ...form,
    template: to.id,
    image: to.images.includes(form.image) || form.image !== typed.image ? form.image : fresh.image,
    exchange: to.exchanges.includes(form.exchange) ? form.exchange : fresh.exchange,
    pair: form.pair === typed.pair ? fresh.pair : form.pair,
    values,
  };
}

/** What is sent. A number that can't be read goes as 0 and is told by `formIssues`. */
export function toDraft(form: Form): Draft {
  const { repeat: _repeat, ...rest } = form;
  const number = (key: NumberKey) => readNumber(form[key]) ?? 0;
  return {
    ...rest,
    name: form.name.trim(),
    namespace: form.namespace.trim(),
    pair: form.pair.trim(),
    image: form.image.trim(),
    pullSecret: form.pullSecret.trim(),
    values: { ...form.values },
    memoryMi: number('memoryMi'),
    cpuMilli: number('cpuMilli'),
    storageGi: number('storageGi'),
  };
}

/** A plain number as typed, or null. A comma is not guessed at: `1,5` could be either of two amounts. */
export function readNumber(text: string): number | null {
  const trimmed = text.trim();
  return /^\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : null;
}

/** What the form alone knows to be wrong. */
export function formIssues(form: Form): Issue[] {
  const error = (field: string, message: string): Issue => ({ field, severity: 'error', message });
  const issues: Issue[] = [];
  if (form.clusterId === '') issues.push(error('clusterId', 'Choose the cluster it shall run on.'));
  for (const [key, unit] of Object.entries(NUMBERS) as [NumberKey, string][])
    if (readNumber(form[key]) === null)
      issues.push(error(key, `Write a plain number of ${unit}, such as ${EXAMPLES[key]}.`));
  if (form.password !== '' && form.repeat !== form.password)
    issues.push(error('repeat', form.repeat === '' ? 'Type the password again.' : 'The two passwords differ.'));
  return issues;
}

/** What the chosen cluster is known to stand in the way with. A missing right only warns: the server has the last word. */
export function clusterIssues(form: Form, cluster: ClusterInfo | undefined): Issue[] {
  if (form.clusterId === '') return [];
  if (!cluster) return [{ field: 'clusterId', severity: 'error', message: 'This cluster is no longer connected.' }];
  if (cluster.status.phase !== 'live')
    return [{ field: 'clusterId', severity: 'error', message: `${cluster.name} does not answer right now.` }];
  const right = cluster.access?.missing.find(
    ({ blocks, namespace }) => blocks === 'deploy' && (namespace === null || namespace === form.namespace),
  );
  if (!right) return [];
  const what = `${right.verb} ${right.resource}`;
  return [{ field: 'namespace', severity: 'warning', message: `Your sign-in lacks a right to deploy here: ${what}.` }];
}

/** The form's, the cluster's and the check's issues together; an error the form itself knows stands alone for its field. */
export function allIssues(form: Form, check: DraftCheck | null, cluster: Issue[] = []): Issue[] {
  const own = [...formIssues(form), ...cluster.filter((issue) => issue.severity === 'error')];
  const told = new Set(own.map((issue) => issue.field));
  const others = [...(check?.issues ?? []), ...cluster.filter((issue) => issue.severity !== 'error')];
  return [...own, ...others.filter((issue) => !told.has(issue.field))];
}

/** The one to show beside a field: its first error, else its first warning. */
export function issueOf(issues: Issue[], field: string): Issue | undefined {
  const mine = issues.filter((issue) => issue.field === field);
  return mine.find((issue) => issue.severity === 'error') ?? mine[0];
}

export const errorsOf = (issues: Issue[]): Issue[] => issues.filter((issue) => issue.severity === 'error');

/** Issues that no field of the form shows (`shown`), so that none is lost. */
export function orphans(issues: Issue[], shown: Iterable<string>): Issue[] {
  const known = new Set(shown);
  return issues.filter((issue) => !known.has(issue.field));
}

/** Every field key the form of a template shows. */
export function shownFields(template: TemplateInfo): string[] {
  const own = ['clusterId', 'namespace', 'name', 'exchange', 'pair', 'image', 'password', 'repeat'];
  const run = ['memoryMi', 'cpuMilli', 'storageGi', 'storageClass', 'pullSecret'];
  return [...own, ...run, ...strategyFields(template).map((field) => `values.${field.key}`)];
}

/** The same form without its password, for after the deploy. */
export const withoutPassword = (form: Form): Form => ({ ...form, password: '', repeat: '' });

/** A field's limits in words: `more than 0, less than 100 %`, or ''. */
export function limitsOf(field: FieldInfo, pair = ''): string {
  // A unit never stands alone on the next line.
  const unit = field.unit ? `\u00a0${unitOf(field.unit, pair)}`.trimEnd() : '';
  const { min, max } = field;
  if (min !== undefined && max !== undefined && !field.exclusiveMin && !field.exclusiveMax)
    return `${min} to ${max}${unit}`;
  const low = min === undefined ? '' : field.exclusiveMin ? `more than ${min}` : `${min} or more`;
  const high = max === undefined ? '' : field.exclusiveMax ? `less than ${max}` : `at most ${max}`;
  const both = [low, high].filter(Boolean).join(', ');
  return both && both + unit;
}

/** A unit as the form shows it: `BASE` and `QUOTE` stand for the pair's coins. */
export function unitOf(unit: string, pair: string): string {
  const [base = '', quote = ''] = pair.trim().toUpperCase().split('-');
  return unit === 'BASE' ? base : unit === 'QUOTE' ? quote : unit;
}

/** Lines of the strategy file that the issues are about, for marking them. */
export function marksOf(
  yaml: string,
  issues: Issue[],
): { line: number; severity: Issue['severity']; message: string }[] {
  const keys = new Map(yaml.split('\n').map((line, i) => [/^([A-Za-z_]\w*):/.exec(line)?.[1] ?? '', i + 1]));
  return issues.flatMap(({ field, severity, message, line }) => {
    const key = field === 'pair' ? 'market' : field.replace(/^values\./, '');
    const at =
      line ?? (field.startsWith('values.') || field === 'pair' || field === 'exchange' ? keys.get(key) : undefined);
    return at ? [{ line: at, severity, message }] : [];
  });
}
