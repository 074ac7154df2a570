/** Rights as RBAC counts them. The practice trader is an administrator until something is taken away. */
export interface Asked {
  verb: string;
  group: string;
  /** With its subresource: `pods/log`. */
  resource: string;
  namespace: string | null;
}
/** What is taken away; `*` stands for all. `namespaces` missing: everywhere. */
export interface Denied {
  verbs: string[];
  resources: string[];
  namespaces?: string[];
  /** What the trader calls it. */
  label?: string;
}

export interface Rights {
  allows(asked: Asked): boolean;
  take(denied: Denied): () => void;
  /** Gives everything back. */
  restore(): void;
  denied(): readonly Denied[];
}

export function createRights(): Rights {
  let all: Denied[] = [];
  return {
    allows(asked) {
      return !all.some((denied) => denies(denied, asked));
    },
    take(denied) {
      all = [...all, denied];
      return () => (all = all.filter((one) => one !== denied));
    },
    restore: () => (all = []),
    denied: () => all,
  };
}

function denies({ verbs, resources, namespaces }: Denied, { verb, resource, namespace }: Asked): boolean {
  // Who asks for everything is refused where anything is taken away; a whole cluster is more than some namespaces.
  const hit = (list: string[], wanted: string) => wanted === '*' || list.includes('*') || list.includes(wanted);
  return (
    hit(verbs, verb) &&
    hit(resources, resource) &&
    (!namespaces || namespace === null || namespaces.includes(namespace))
  );
}
