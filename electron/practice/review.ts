import { KINDS } from './kinds';
import { isDict, type Dict } from './objects';
import type { Rights } from './rights';
import { badRequest } from './status';

/** SelfSubjectAccessReview: one question. @throws Refusal 400 */
export function accessReview(rights: Rights, body: Dict): Dict {
  const spec = specOf(body, 'SelfSubjectAccessReview');
  const asked = spec['resourceAttributes'];
  if (!isDict(asked))
    throw badRequest('spec.resourceAttributes is missing: paths outside of the API are not judged here');
  const text = (key: string) => (typeof asked[key] === 'string' ? (asked[key] as string) : '');
  const resource = text('subresource') ? `${text('resource')}/${text('subresource')}` : text('resource');
  const allowed = rights.allows({
    verb: text('verb'),
    group: text('group'),
    resource,
    namespace: text('namespace') || null,
  });
  const status = allowed
    ? {
        allowed,
        reason: 'RBAC: allowed by ClusterRoleBinding "practice-admin" of ClusterRole "cluster-admin" to User "trader"',
      }
    : { allowed };
  return { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec, status };
}

/** SelfSubjectRulesReview: all rules of a namespace. @throws Refusal 400 */
export function rulesReview(rights: Rights, body: Dict): Dict {
  const spec = specOf(body, 'SelfSubjectRulesReview');
  const namespace = typeof spec['namespace'] === 'string' ? spec['namespace'] : '';
  if (!namespace) throw badRequest('no namespace on request');
  const none = rights.denied().length === 0;
  const rule = (verbs: string[], apiGroups: string[], resources: string[]) => ({ verbs, apiGroups, resources });
  const resourceRules = none ? [rule(['*'], ['*'], ['*'])] : [];
  if (!none) {
    for (const kind of KINDS)
      for (const resource of [kind.plural, ...kind.subresources.map((sub) => `${kind.plural}/${sub}`)]) {
        const candidates = resource.includes('/') ? ['get', 'create'] : [...kind.verbs];
        const verbs = candidates.filter((verb) => rights.allows({ verb, group: kind.group, resource, namespace }));
        if (verbs.length > 0) resourceRules.push(rule(verbs, [kind.group], [resource]));
      }
  }
  const status = {
    resourceRules,
    nonResourceRules: [rule(['get'], [], [])].map(({ verbs }) => ({ verbs, nonResourceURLs: ['/version'] })),
    incomplete: false,
  };
  return { kind: 'SelfSubjectRulesReview', apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec: {}, status };
}

function specOf(body: Dict, kind: string): Dict {
  if (body['kind'] !== undefined && body['kind'] !== kind)
    throw badRequest(`${String(body['kind'])} in version "v1" cannot be handled as a ${kind}`);
  if (!isDict(body['spec'])) throw badRequest(`${kind} without spec`);
  return body['spec'];
}
