import type { AccessSummary, MissingRight } from '../../shared/rows';
import type { Api } from './types';

/** One right, and what the trader can't do without it. */
interface Right {
  verb: string;
  group: string;
  /** With its subresource, e.g. `pods/log`. */
  resource: string;
  blocks: 'see' | 'deploy' | 'stop' | 'delete' | 'log' | 'screen' | 'shell';
}
interface Rule {
  verbs?: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
}

const REVIEWS = '/apis/authorization.k8s.io/v1';

/**
 * What the app needs. Server-side apply of something new takes both `create` and `patch`. Exec and attach come as a WebSocket,
 * which the authorizer sees as `get`; servers from 1.35 ask for `create` as well (KEP-5598).
 */
function neededRights(minor: number): Right[] {
  const rights: Right[] = [];
  const add = (blocks: Right['blocks'], group: string, resource: string, ...verbs: string[]) => {
    for (const verb of verbs) rights.push({ verb, group, resource, blocks });
  };
  add('see', 'apps', 'statefulsets', 'list', 'watch');
  add('see', '', 'pods', 'list', 'watch');
  for (const resource of ['serviceaccounts', 'configmaps', 'secrets', 'persistentvolumeclaims'])
    add('deploy', '', resource, 'create', 'patch');
  add('deploy', 'apps', 'statefulsets', 'create');
  add('stop', 'apps', 'statefulsets', 'patch');
  add('delete', 'apps', 'statefulsets', 'delete');
  add('log', '', 'pods/log', 'get');
  const stream = minor >= 35 ? ['get', 'create'] : ['get'];
  add('screen', '', 'pods/attach', ...stream);
  add('shell', '', 'pods/exec', ...stream);
  return rights;
}

/**
 * What this sign-in may do, asked of the server itself: one request for an administrator, else one a right for the whole
 * cluster and one a namespace in `namespaces`. Throws `Failure` where reviews can't be had.
 */
export async function readAccess(api: Api, namespaces: string[], minor: number): Promise<AccessSummary> {
  if (await allowed(api, null, { verb: '*', group: '*', resource: '*' })) return { namespaces: null, missing: [] };
  const rights = neededRights(minor);
  const everywhere = await Promise.all(rights.map((right) => allowed(api, null, right)));
  const open = rights.filter((_, index) => !everywhere[index]);
  if (open.length === 0) return { namespaces: null, missing: [] };

  const byNamespace = await Promise.all(
    [...new Set(namespaces)].map(async (namespace) => ({ namespace, lacking: await lackingIn(api, namespace, open) })),
  );
  const missing: MissingRight[] = [];
  for (const right of open) {
    const without = byNamespace.filter(({ lacking }) => lacking.includes(right)).map(({ namespace }) => namespace);
    const { verb, blocks } = right;
    const resource = nameOf(right);
    if (without.length === byNamespace.length) missing.push({ verb, resource, namespace: null, blocks });
    else for (const namespace of without) missing.push({ verb, resource, namespace, blocks });
  }
  const seesAll = open.every(({ blocks, verb }) => blocks !== 'see' || verb !== 'list');
  const sees = byNamespace.filter(
    ({ lacking }) => !lacking.some(({ blocks, verb }) => blocks === 'see' && verb === 'list'),
  );
  return { namespaces: seesAll ? null : sees.map(({ namespace }) => namespace), missing };
}

/** `pods/log`, `statefulsets.apps`. */
function nameOf({ resource, group }: Right): string {
  return group ? `${resource}.${group}` : resource;
}

async function lackingIn(api: Api, namespace: string, rights: Right[]): Promise<Right[]> {
  const review = await api.raw<{ status?: { resourceRules?: Rule[]; incomplete?: boolean } }>(
    'POST',
    `${REVIEWS}/selfsubjectrulesreviews`,
    {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectRulesReview',
      spec: { namespace },
    },
  );
  const rules = review.status?.resourceRules ?? [];
  const lacking = rights.filter((right) => !rules.some((rule) => covers(rule, right)));
  // Authorizers that can't list their rules (webhooks of managed clusters) still answer single questions.
  if (!review.status?.incomplete) return lacking;
  const answers = await Promise.all(lacking.map((right) => allowed(api, namespace, right)));
  return lacking.filter((_, index) => !answers[index]);
}

/** RBAC's rules: `*`, a resource with its subresource, or `*` before the subresource. Rules for single names don't count. */
function covers(rule: Rule, { verb, group, resource }: Right): boolean {
  const has = (list: string[] | undefined, ...wanted: string[]) =>
    !!list?.some((item) => item === '*' || wanted.includes(item));
  const subresource = resource.split('/')[1];
  return (
    !rule.resourceNames?.length &&
    has(rule.verbs, verb) &&
    has(rule.apiGroups, group) &&
    has(rule.resources, resource, ...(subresource ? [`*/${subresource}`] : []))
  );
}

async function allowed(
  api: Api,
  namespace: string | null,
  right: Pick<Right, 'verb' | 'group' | 'resource'>,
): Promise<boolean> {
  const [resource, subresource] = right.resource.split('/');
  const review = await api.raw<{ status?: { allowed?: boolean } }>('POST', `${REVIEWS}/selfsubjectaccessreviews`, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: {
      resourceAttributes: {
        namespace: namespace ?? undefined,
        verb: right.verb,
        group: right.group,
        resource,
        subresource,
      },
    },
  });
  return review.status?.allowed === true;
}
