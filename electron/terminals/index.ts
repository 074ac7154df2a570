export { createTerminals } from './terminals';
export type { PodTarget, SessionPort, TerminalCluster, Terminals, TerminalsOptions } from './types';
