import { NAMESPACE, POD } from './kinds';
import { isDict, type Dict, type Obj } from './objects';
import { forbidden } from './status';
import type { World } from './world';

/** Pod Security Standards as far as bots meet them: a namespace that enforces `restricted`. @throws Refusal 403 in its words */
export function checkPodSecurity(world: World, pod: Obj): void {
  const namespace = world.store.get(NAMESPACE, undefined, pod.metadata.namespace ?? '');
  const labels = namespace?.metadata.labels ?? {};
  if (labels['pod-security.kubernetes.io/enforce'] !== 'restricted') return;
  const spec = pod.spec as Dict;
  const containers = [...((spec['initContainers'] as Dict[] | undefined) ?? []), ...(spec['containers'] as Dict[])];
  const ofPod = contextOf(spec);
  const lacking = (test: (context: Dict) => boolean) =>
    containers.filter((one) => !test(contextOf(one))).map((one) => `"${String(one['name'])}"`);
  const words: string[] = [];
  const say = (rule: string, names: string[], must: string) => {
    if (names.length > 0)
      words.push(`${rule} (${names.length > 1 ? 'containers' : 'container'} ${names.join(', ')} ${must})`);
  };
  say(
    'allowPrivilegeEscalation != false',
    lacking((one) => one['allowPrivilegeEscalation'] === false),
    'must set securityContext.allowPrivilegeEscalation=false',
  );
  const drops = (one: Dict) =>
    isDict(one['capabilities']) && ((one['capabilities']['drop'] as string[] | undefined) ?? []).includes('ALL');
  say('unrestricted capabilities', lacking(drops), 'must set securityContext.capabilities.drop=["ALL"]');
  const nonRoot = (one: Dict) => (one['runAsNonRoot'] ?? ofPod['runAsNonRoot']) === true;
  if (lacking(nonRoot).length > 0)
    words.push('runAsNonRoot != true (pod or containers must set securityContext.runAsNonRoot=true)');
  const profile = (one: Dict) => isDict(one['seccompProfile'] ?? ofPod['seccompProfile']);
  if (lacking(profile).length > 0)
    words.push(
      'seccompProfile (pod or containers must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    );
  if (words.length > 0)
    throw forbidden(POD, pod.metadata.name, `violates PodSecurity "restricted:latest": ${words.join(', ')}`);
}
const contextOf = (one: Dict): Dict => (isDict(one['securityContext']) ? one['securityContext'] : {});
