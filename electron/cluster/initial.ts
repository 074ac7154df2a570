import type { KubeObject } from './objects';
import type { WatchEvent } from './watch';

/** On the bookmark that ends a streaming list (Kubernetes, `metav1.InitialEventsAnnotationKey`). */
const END = 'k8s.io/initial-events-end';

/** What a watch with `sendInitialEvents` must be asked with; the answer is the newest truth, as of a list without a version. */
export const INITIAL_EVENTS = { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' };

/** The first part of a watch that begins with all there is: gathers it until the server says that it is whole. */
export interface Initial<T extends KubeObject> {
  /** The whole list and its version with the event that ends it, else null. */
  take(event: Exclude<WatchEvent, { type: 'ERROR' }>): { items: T[]; resourceVersion: string } | null;
}

export function createInitial<T extends KubeObject>(): Initial<T> {
  const items = new Map<string, T>();
  return {
    take({ type, object }) {
      const { namespace = '', name, annotations, resourceVersion } = object.metadata;
      const key = `${namespace}/${name}`;
      if (type === 'BOOKMARK')
        return annotations?.[END] === 'true' ? { items: [...items.values()], resourceVersion } : null;
      if (type === 'DELETED') items.delete(key);
      else items.set(key, object as T);
      return null;
    },
  };
}
