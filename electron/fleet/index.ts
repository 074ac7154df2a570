export { createCapacity, type Capacity } from './capacity';
export { createFleet } from './fleet';
export { createMetrics, type Metrics } from './metrics';
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
