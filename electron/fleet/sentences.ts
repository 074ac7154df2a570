import type { AppError } from '../../shared/errors';

/** What the trader reads when a cluster and its rows have come apart. */
export const elsewhere = (name: string): AppError => ({
  code: 'WRONG_CLUSTER',
  message: `${name} now leads to another cluster than the one these bots are on.`,
  hint: 'Nothing is done to these bots. Check the kubeconfig; when the context leads back, they come to life again.',
});
export const gone = (name: string): AppError => ({
  code: 'NOT_FOUND',
  message: `The context ${name} is no longer in your kubeconfig files.`,
  hint: 'Its bots are shown as they were last. Put the context back, or turn it off.',
});
export const seesNothing = (name: string): AppError => ({
  code: 'FORBIDDEN',
  message: `The sign-in of ${name} may see no bots where it looked.`,
  hint: 'Name the namespaces you may see in its details, or ask whoever runs the cluster for the right “list statefulsets.apps”.',
});
export const turnedOff = (name: string): AppError => ({
  code: 'CANCELLED',
  message: `The context ${name} was turned off.`,
});
export const noSuchCluster = (): AppError => ({
  code: 'NOT_FOUND',
  message: 'This cluster is not connected.',
  hint: 'Turn on a context that leads to it, under Clusters.',
});
export const notReached = (name: string, why: AppError | null): AppError => ({
  code: why?.code ?? 'UNREACHABLE',
  message: why ? `${name} can't be reached now: ${why.message}` : `${name} can't be reached now.`,
  hint: why?.hint ?? 'Look at the cluster’s page for the reason, then try again.',
  cause: why?.cause,
  status: why?.status,
});
