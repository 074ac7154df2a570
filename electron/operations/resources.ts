import { resourceOfKind } from '../cluster';
import type { KubeObject } from '../cluster/objects';
import type { Resource } from '../cluster/types';

/** Where a kind of a bot's own objects lives. @throws Error for any other: a mistake in the app, never the trader's. */
export function resourceOf(kind: string): Resource {
  const resource = resourceOfKind(kind);
  if (!resource) throw new Error(`No resource is known for ${kind}`);
  return resource;
}

const WORDS: Record<string, string> = {
  ServiceAccount: 'service account',
  ConfigMap: 'configuration (ConfigMap)',
  Secret: 'key store (Secret)',
  PersistentVolumeClaim: 'volume (claim)',
  StatefulSet: 'bot (StatefulSet)',
  Pod: 'pod',
  Role: "reporter's right (Role)",
  RoleBinding: "reporter's right (RoleBinding)",
};
/** The kind in a trader's words, Kubernetes' word beside it. */
export const inWords = (kind: string): string => WORDS[kind] ?? kind;

export interface Claim extends KubeObject {
  spec: {
    storageClassName?: string;
    accessModes?: string[];
    resources?: { requests?: Record<string, string> };
    volumeName?: string;
  };
  status?: { phase?: string; capacity?: Record<string, string> };
}
export interface Secret extends KubeObject {
  data?: Record<string, string>;
}
export interface Node extends KubeObject {
  status?: {
    conditions?: { type: string; status: string; lastTransitionTime?: string; lastHeartbeatTime?: string }[];
  };
}
