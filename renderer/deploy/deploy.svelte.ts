import type { Draft, DraftCheck, DryRunReport, TemplateInfo } from '../../shared/bots';
import { toAppError, type AppError } from '../../shared/errors';
import type { ClusterInfo } from '../../shared/rows';
import { api } from '../state/api';
import { fleet } from '../state/fleet.svelte';
import { tour } from '../tour/tour.svelte';
import {
  allIssues,
  clusterIssues,
  errorsOf,
  issueOf,
  newForm,
  onlyCluster,
  switchTemplate,
  takenUp,
  toDraft,
  withoutPassword,
  type Form,
} from './draft';
import { words } from './words';

const CHECK_MS = 180;
type Targets = { namespaces: string[]; storageClasses: { name: string; isDefault: boolean }[] };

/** The form as it was left, without its password, so that a look at another screen loses no work. */
let kept: Form | null = null;

/** The deploy screen's state. Call inside a component; nothing of the password stays when it ends or once the deploy has begun. */
export function createDeploy(wanted: string | undefined) {
  let templates = $state.raw<TemplateInfo[]>([]);
  let form = $state<Form | null>(null);
  let targets = $state.raw<Targets>({ namespaces: [], storageClasses: [] });
  let targetsError = $state.raw<AppError | null>(null);
  let check = $state.raw<DraftCheck | null>(null);
  let checkedSign = $state('');
  let error = $state.raw<AppError | null>(null);
  let report = $state.raw<{ report: DryRunReport; sign: string } | null>(null);
  let busy = $state<'' | 'asking' | 'starting'>('');
  let operationId = $state<string | null>(null);
  let tried = $state(false);
  /** A word to the trader that is no error. */
  let note = $state('');
  const touched = $state<Record<string, boolean>>({});

  const template = $derived(templates.find((one) => one.id === form?.template));
  const clusters = $derived(fleet.clusters);
  const cluster = $derived(form ? clusters.find((one) => one.id === form!.clusterId) : undefined);
  const draft = $derived(form ? toDraft(form) : null);
  const sign = $derived(draft ? JSON.stringify(draft) : '');
  const issues = $derived(form ? allIssues(form, check, clusterIssues(form, cluster)) : []);
  const errors = $derived(errorsOf(issues));
  const operation = $derived(fleet.operations.find((one) => one.id === operationId));

  async function load() {
    try {
      templates = await api.call('deploy.templates', {});
      const first = templates.find((one) => one.id === (wanted ?? kept?.template)) ?? templates[0];
      if (!first) return;
      const from = kept && templates.find((one) => one.id === kept!.template);
      form =
        kept && from
          ? takenUp(switchTemplate(kept, from, first), clusters)
          : newForm(first, onlyCluster(clusters, tour.course !== null));
    } catch (thrown) {
      error = toAppError(thrown);
    }
  }
  void load();

  // In step with the form: checked in the app alone, nothing is sent to a cluster.
  $effect(() => {
    const mine = sign;
    const sent = draft;
    if (!sent) return;
    const timer = setTimeout(() => void runCheck(sent, mine), checkedSign === '' ? 0 : CHECK_MS);
    return () => clearTimeout(timer);
  });

  async function runCheck(sent: Draft, mine: string) {
    try {
      const clusterId = sent.clusterId || clusters[0]?.id || 'none';
      const answer = await api.call('deploy.check', { draft: { ...sent, clusterId } });
      if (mine !== sign) return;
      check = answer;
      checkedSign = mine;
      error = null;
    } catch (thrown) {
      if (mine === sign) error = toAppError(thrown);
    }
  }

  const clusterId = $derived(form?.clusterId ?? '');
  $effect(() => {
    const id = clusterId;
    targets = { namespaces: [], storageClasses: [] };
    targetsError = null;
    if (id === '') return;
    let gone = false;
    api.call('deploy.targets', { clusterId: id }).then(
      (answer) => {
        if (!gone && form) fit((targets = answer));
      },
      (thrown) => {
        if (gone) return;
        targetsError = toAppError(thrown);
        fit(targets);
      },
    );
    return () => (gone = true);
  });

  /** What was chosen on another cluster and does not exist here goes back to this cluster's own. */
  function fit(here: Targets) {
    if (!form) return;
    const own = clusters.find((one) => one.id === form!.clusterId)?.namespace || 'default';
    const listed = here.namespaces;
    if (form.namespace === '' || (listed.length > 0 && !listed.includes(form.namespace)))
      form.namespace = listed.length === 0 || listed.includes(own) ? own : listed.length === 1 ? listed[0]! : '';
    if (!here.storageClasses.some((one) => one.name === form!.storageClass)) form.storageClass = '';
  }

  $effect(() => () => {
    kept = form && withoutPassword($state.snapshot(form));
  });

  /** Asks the server. Gives whether it would take all of it; what it says is shown either way. */
  async function ask(): Promise<boolean> {
    if (!draft || errors.length > 0) return false;
    const mine = sign;
    busy = 'asking';
    error = null;
    try {
      const answer = await api.call('deploy.dryRun', { draft });
      report = { report: answer, sign: mine };
      return answer.ok && mine === sign;
    } catch (thrown) {
      error = toAppError(thrown);
      return false;
    } finally {
      busy = '';
    }
  }

  /** Deploys when the check of this very form found no error and the server takes it. Gives false when a field wants mending. */
  async function start(): Promise<boolean> {
    tried = true;
    if (!draft || busy) return true;
    if (checkedSign !== sign) await runCheck(draft, sign);
    if (errors.length > 0 || checkedSign !== sign) return errors.length === 0;
    if (!(await ask())) return true;
    busy = 'starting';
    try {
      operationId = (await api.call('deploy.start', { draft })).operationId;
      if (form) form = withoutPassword(form);
      report = null;
      checkedSign = '';
    } catch (thrown) {
      error = toAppError(thrown);
    } finally {
      busy = '';
    }
    return true;
  }

  return {
    get templates() {
      return templates;
    },
    get template() {
      return template;
    },
    get form() {
      return form;
    },
    get clusters(): ClusterInfo[] {
      return clusters;
    },
    get cluster() {
      return cluster;
    },
    get targets() {
      return targets;
    },
    get targetsError() {
      return targetsError;
    },
    get check() {
      return check;
    },
    get issues() {
      return issues;
    },
    get errors() {
      return errors;
    },
    get error() {
      return error;
    },
    get report() {
      return report?.report ?? null;
    },
    get reportIsOld() {
      return report !== null && report.sign !== sign;
    },
    get busy() {
      return busy;
    },
    get operation() {
      return operation;
    },
    get started() {
      return operationId !== null;
    },
    get note() {
      return form?.password === '' ? note : '';
    },
    /** What a field shows beside it; an error of a field nobody has been at waits for the first try. */
    told(key: string): { error: string; warning: string } {
      const issue = issueOf(issues, key);
      const silent = !issue || operationId !== null || (issue.severity === 'error' && !tried && !touched[key]);
      return {
        error: !silent && issue?.severity === 'error' ? issue.message : '',
        warning: !silent && issue?.severity === 'warning' ? issue.message : '',
      };
    },
    touch: (key: string) => (touched[key] = true),
    choose(next: TemplateInfo) {
      if (form && template && next.id !== template.id) form = switchTemplate($state.snapshot(form), template, next);
    },
    ask,
    start,
    /** Back to the form after a deploy: as it was, or with an empty name for the next bot. */
    again(next: boolean) {
      operationId = null;
      tried = false;
      for (const key of Object.keys(touched)) touched[key] = false;
      note = words.passwordAgain;
      if (next && form) form.name = '';
    },
  };
}

export const usable = (cluster: ClusterInfo): boolean => cluster.status.phase === 'live';
export type Deploy = ReturnType<typeof createDeploy>;
