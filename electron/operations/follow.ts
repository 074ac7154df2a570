import { pathOf, PODS, query } from '../cluster';
import type { ContainerState, Pod } from '../cluster/objects';
import type { Site } from './site';

export type End = NonNullable<ContainerState['terminated']>;

/** Sees a pod to its end. */
export interface PodWatch {
  /** How the container ended, as far as it was told; null: not (yet) told. */
  readonly end: End | null;
  dispose(): void;
}

/**
 * Watches one pod, because the container's exit code shows only for a moment: the kubelet writes it just before the pod goes.
 * Best effort: without the right to watch, or on a broken line, `end` stays null and the caller says that it is not known.
 */
export function watchEnd(site: Site, pod: Pod, container: string): PodWatch {
  const { namespace = '', name, uid, resourceVersion } = pod.metadata;
  const control = new AbortController();
  let end: End | null = endOf(pod, container);

  const take = (line: string) => {
    if (!line.trim()) return;
    const event = JSON.parse(line) as { type: string; object: Pod };
    if (event.object?.metadata?.uid === uid) end = endOf(event.object, container) ?? end;
  };
  void (async () => {
    const selector = query({ watch: 1, fieldSelector: `metadata.name=${name}`, resourceVersion, timeoutSeconds: 900 });
    const stream = await site.api.transport.stream({
      method: 'GET',
      path: pathOf(PODS, namespace) + selector,
      signal: control.signal,
    });
    if (stream.status !== 200) return stream.cancel();
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of stream.body) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(take);
    }
  })().catch(() => undefined);

  return {
    get end() {
      return end;
    },
    dispose: () => control.abort(),
  };
}

/** Only an end under a pod that is being deleted is the end of this stop. */
function endOf(pod: Pod, container: string): End | null {
  if (!pod.metadata.deletionTimestamp) return null;
  return pod.status?.containerStatuses?.find((status) => status.name === container)?.state?.terminated ?? null;
}
