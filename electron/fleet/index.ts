export { createFleet } from './fleet';
export type {
  ClusterConnection,
  Connect,
  ContextEntry,
  ContextSource,
  Fleet,
  FleetOptions,
  FleetSettings,
  PodTarget,
} from './types';
