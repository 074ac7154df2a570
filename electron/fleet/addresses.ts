/**
 * Clusters by their address (server and authority, as `fallbackIdentity` writes it). A sign-in that may not read kube-system
 * knows its cluster by nothing else; another that may tells which cluster stands there.
 */
export interface Addresses {
  /** A cluster with this uid answers at the address; gives whether that is news. */
  learn(address: string, uid: string): boolean;
  /** Another cluster may stand there now. */
  forget(address: string): void;
  /** The cluster an identity means: the uid that is known to stand at an address, else the identity itself. */
  clusterOf(identity: string): string;
}

export function createAddresses(): Addresses {
  const known = new Map<string, string>();
  return {
    learn(address, uid) {
      if (known.get(address) === uid) return false;
      known.set(address, uid);
      return true;
    },
    forget: (address) => void known.delete(address),
    clusterOf: (identity) => known.get(identity) ?? identity,
  };
}
