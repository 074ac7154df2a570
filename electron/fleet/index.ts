export { createFleet } from './fleet';
export { createReadings, type Readings } from './readings';
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
