export { createFleet } from './fleet';
export { createAlerts } from './alerts';
export { linesOf } from './alertLines';
export { readKept } from './alertKept';
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
