import type { Usage } from '../../shared/metrics';
import { humanDuration } from '../../shared/duration';
import { mebibytes, millicores, share } from '../state/amounts';

/** Above this part of its limit a bot is near being ended for its memory, per cent. */
export const NEAR = 90;

export const usageWords = {
  title: 'CPU and memory',
  cpu: 'CPU',
  memory: 'Memory',
  unasked: 'Not measured yet.',
  measured: (ago: string) => `measured ${ago} ago`,
  noLimit: 'no limit',
  ofLimit: (limit: string, percent: number | null) => `of ${limit}${percent === null ? '' : `, ${percent}%`}`,
  chart: (what: string, now: string, least: string, most: string) =>
    `${what}: ${now}; between ${least} and ${most} since it is shown`,
  near: 'Near its limit: above it Kubernetes ends the bot at once.',
};

/** `312Mi 41%`, as `kubectl top` and of its limit. */
export function memoryCell({ memory, memoryLimit }: Usage): string {
  const percent = share(memory, memoryLimit);
  return percent === null ? mebibytes(memory) : `${mebibytes(memory)} ${percent}%`;
}
export const cpuCell = ({ cpu }: Usage): string => millicores(cpu);
export const measuredAgo = (at: number, now: number): string =>
  usageWords.measured(humanDuration(Math.max(0, now - at)));
