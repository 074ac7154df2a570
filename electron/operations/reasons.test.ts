import { describe, expect, it } from 'vitest';
import type { AppError } from '../../shared/errors';
import { explainImage, explainRefusal, explainUnschedulable, explainVolume } from './reasons';

const refusal = (cause: string) => {
  const error: AppError = { code: 'FORBIDDEN', message: 'No.', cause };
  return explainRefusal(error, { kind: 'Pod', name: 'eth-1', namespace: 'bots', clusterName: 'Frankfurt' });
};

describe("a server's refusal", () => {
  it('names the full quota with figures', () => {
    const words =
      'pods "eth-1" is forbidden: exceeded quota: small, requested: requests.memory=768Mi, used: requests.memory=1Gi, limited: requests.memory=1Gi';
    expect(refusal(words).message).toBe(
      'The quota “small” of namespace bots has no room for this bot: it asks for requests.memory=768Mi, in use are requests.memory=1Gi of requests.memory=1Gi.',
    );
  });
  it('names what a quota wants stated', () => {
    expect(
      refusal('pods "eth-1" is forbidden: failed quota: small: must specify limits.cpu for: hummingbot').message,
    ).toContain('limits.cpu');
  });
  it('names pod security', () => {
    const words =
      'pods "eth-1" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true (pod or container "hummingbot" must set …)';
    expect(refusal(words).message).toBe(
      'The security rules of namespace bots (restricted:latest) do not allow this bot.',
    );
  });
  it('names a limit range', () => {
    expect(
      refusal('pods "eth-1" is forbidden: maximum memory usage per Container is 512Mi, but limit is 768Mi').message,
    ).toBe('Namespace bots allows a maximum memory of 512Mi per container, the bot asks for 768Mi.');
  });
  it('names the missing right', () => {
    const words =
      'secrets is forbidden: User "ben" cannot patch resource "secrets" in API group "" in the namespace "bots"';
    expect(refusal(words)).toMatchObject({
      message: 'You may not patch secrets in namespace bots on Frankfurt.',
      cause: words,
    });
  });
  it('names a missing namespace and one being deleted', () => {
    expect(refusal('namespaces "bots" not found').message).toBe('There is no namespace “bots” on Frankfurt.');
    expect(refusal('unable to create new content in namespace bots because it is being terminated').message).toContain(
      'being deleted',
    );
  });
  it('keeps its own words where it knows no better', () => expect(refusal('because').message).toBe('No.'));
});

describe('the scheduler', () => {
  it('counts nodes by reason', () => {
    const words =
      '0/5 nodes are available: 1 Insufficient memory, 1 Too many pods, 1 node(s) were unschedulable, 2 node(s) had untolerated taint {gpu: true}. preemption: 0/5 nodes are available: 5 Preemption is not helpful for scheduling.';
    expect(explainUnschedulable(words).sentence).toBe(
      'No node can take the bot (of 5 nodes): 1 too little memory free, 1 no free place for a pod, 1 closed for new pods (cordoned) and 2 set apart for other work (gpu: true).',
    );
  });
  it('says that a volume keeps the bot elsewhere', () => {
    expect(
      explainUnschedulable('0/2 nodes are available: 2 node(s) had volume node affinity conflict.').sentence,
    ).toContain("2 out of reach of the bot's volume");
  });
  it('passes on what it does not know', () => {
    expect(explainUnschedulable('0/1 nodes are available: 1 node(s) felt blue.').sentence).toContain('felt blue');
  });
  it('says that there is no node', () => {
    expect(explainUnschedulable('no nodes available to schedule pods').sentence).toBe(
      'The cluster has no node at all.',
    );
  });
});

describe('an image', () => {
  const explain = (message: string, reason = 'ErrImagePull') => explainImage(reason, message, 'x/y:1');
  it('that does not exist is a definite answer', () => {
    const words =
      'failed to pull and unpack image "docker.io/x/y:1": failed to resolve reference "docker.io/x/y:1": docker.io/x/y:1: not found';
    expect(explain(words)).toMatchObject({ definite: true, sentence: expect.stringContaining('does not exist') });
  });
  it('that wants credentials is one too', () => {
    const words =
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed';
    expect(explain(words)).toMatchObject({ definite: true, sentence: expect.stringContaining('credentials') });
  });
  it('behind a broken network or a rate limit may still come', () => {
    expect(explain('dial tcp: lookup registry-1.docker.io on 10.0.0.10:53: no such host')).toMatchObject({
      definite: false,
    });
    expect(explain('429 Too Many Requests - toomanyrequests: You have reached your pull rate limit')).toMatchObject({
      definite: false,
    });
  });
});

describe('a volume', () => {
  it('without a default class', () => {
    const words = 'no persistent volumes available for this claim and no storage class is set';
    expect(explainVolume('FailedBinding', words, '')?.sentence).toContain('no default storage class');
  });
  it('of a class that does not exist', () => {
    expect(explainVolume('ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found', 'fast')?.sentence).toBe(
      'There is no storage class “fast” on this cluster.',
    );
  });
  it('is no trouble while it is made', () =>
    expect(explainVolume('Provisioning', 'External provisioner is provisioning', 'x')).toBeNull());
});
