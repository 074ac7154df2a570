import type { Draft, Issue } from '../../shared/bots';
import { entriesOf, checkPureMarketMaking } from '../hummingbot/pmmRules';
import { PMM, PMM_TEMPLATE_VERSION } from '../hummingbot/fields';
import { templateOf } from '../hummingbot/templates';

/** Password of the public manifests, known to everyone. */
const PUBLIC_PASSWORD = 'ChangeM3Pl34se';
/**
 * A StatefulSet's name becomes a label of its pods with `-` and a hash of 10 behind it, and of the objects around it: 40 leaves room in
 * the 63 characters of a label, and a trader can still read it.
 */
const MAX_NAME = 40;

/** All that is wrong with a draft, by field. Empty of errors: `draftToSpec` works. */
export function checkDraft(draft: Draft): Issue[] {
  const issues: Issue[] = [];
  const error = (field: string, message: string | null): void => {
    if (message) issues.push({ field, severity: 'error', message });
  };
  error('name', nameProblem(draft.name, 'bot', MAX_NAME));
  error('namespace', nameProblem(draft.namespace, 'namespace', 63));
  error('image', imageProblem(draft.image.trim()));
  error('memoryMi', numberProblem(draft.memoryMi, 256, 65_536, 'Memory', 'MiB'));
  error('cpuMilli', numberProblem(draft.cpuMilli, 10, 32_000, 'CPU', 'thousandths of a core'));
  error('storageGi', numberProblem(draft.storageGi, 1, 1000, 'The volume', 'GiB'));
  if (draft.storageClass) error('storageClass', objectNameProblem(draft.storageClass, 'storage class'));
  if (draft.pullSecret.trim()) error('pullSecret', objectNameProblem(draft.pullSecret.trim(), 'pull secret'));
  issues.push(...passwordIssues(draft.password), ...strategyIssues(draft));
  return issues;
}

function nameProblem(name: string, what: string, max: number): string | null {
  if (name === '') return `Give the ${what} a name.`;
  if (name.length > max) return `The name of the ${what} may have ${max} characters at most.`;
  if (!/^[a-z0-9-]+$/.test(name)) return `The name of the ${what} may hold small letters, digits and hyphens only.`;
  // A name that begins with a digit is refused where it becomes a Service's.
  if (what === 'bot' && !/^[a-z]/.test(name)) return 'The name of the bot must begin with a letter.';
  return /^-|-$/.test(name) ? `The name of the ${what} must begin and end with a letter or digit.` : null;
}

const objectNameProblem = (name: string, what: string): string | null =>
  name.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name) ? null : `This is no name of a ${what}.`;

function imageProblem(image: string): string | null {
  if (image === '') return 'Choose an image.';
  const part = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
  const form = new RegExp(
    `^(?:[A-Za-z0-9.-]+(?::\\d+)?/)?${part}(?:/${part})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
  );
  if (image.length > 500 || !form.test(image))
    return 'This is no name of an image, like hummingbot/hummingbot:version-2.16.0.';
  return null;
}

function numberProblem(value: number, min: number, max: number, what: string, unit: string): string | null {
  return Number.isInteger(value) && value >= min && value <= max
    ? null
    : `${what} must be a whole number from ${min} to ${max} ${unit}.`;
}

function passwordIssues(password: string): Issue[] {
  const issue = (severity: Issue['severity'], message: string): Issue[] => [{ field: 'password', severity, message }];
  if (password === '') return issue('error', 'Choose a password: it encrypts the keys of this bot.');
  if (password === PUBLIC_PASSWORD)
    return issue('error', 'This is the password of the public manifests, known to everyone.');
  // The start command reads it with $(…), which drops line ends; NUL can't be in an environment.
  if (/[\u0000-\u001f\u007f]/.test(password))
    return issue('error', 'The password must not hold control characters or line ends.');
  if (password.length < 8) return issue('error', 'The password must have 8 characters at least.');
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password)).length;
  return password.length < 12 && kinds < 3
    ? issue('warning', 'A longer password, or one with digits and signs, is harder to guess.')
    : [];
}

function strategyIssues(draft: Draft): Issue[] {
  const template = templateOf(draft.template);
  const { exchange, pair, values } = draft;
  const issues: Issue[] = [];
  if (exchange && !template.exchanges.includes(exchange))
    issues.push({ field: 'exchange', severity: 'error', message: 'Choose one of the exchanges of this template.' });
  const fixed = { template_version: String(PMM_TEMPLATE_VERSION), strategy: PMM, exchange, market: pair };
  for (const { key, severity, message } of checkPureMarketMaking(entriesOf({ ...values, ...fixed }))) {
    const field = key === 'exchange' ? 'exchange' : key === 'market' ? 'pair' : `values.${key}`;
    if (!issues.some((issue) => issue.field === field)) issues.push({ field, severity, message });
  }
  return issues;
}
