export { createCapacity, type Capacity } from './capacity';
export { createFleet } from './fleet';
export { createAlerts } from './alerts';
export { linesOf } from './alertLines';
export { readKept } from './alertKept';
export { createReadings, type Readings } from './readings';
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
