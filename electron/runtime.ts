import type { AppError } from '../shared/errors';

export interface RuntimeFacts {
  electron: string;
  chrome: string;
  node: string;
  /** The development fallback: an Electron older than the one this app declares. */
  fallback: boolean;
  /** On the fallback only where a test's environment variable says so: no trader's keys on an old Chrome. */
  realClustersAllowed: boolean;
}

/** @param declared the version in package.json, e.g. `45.4.1` */
export function runtimeFacts(versions: NodeJS.ProcessVersions, declared: string, env: NodeJS.ProcessEnv): RuntimeFacts {
  const major = (version: string) => Number.parseInt(version, 10) || 0;
  const electron = versions.electron ?? '';
  const fallback = major(electron) < major(declared.replace(/^[^0-9]*/, ''));
  return {
    electron,
    chrome: versions.chrome ?? '',
    node: versions.node,
    fallback,
    realClustersAllowed: !fallback || env.HUMMINGDECK_ALLOW_REAL_CLUSTERS === 'tests-only',
  };
}

export const fallbackRefusal: AppError = {
  code: 'UNSUPPORTED',
  message: 'Real clusters are refused on the development runtime.',
  hint: 'This copy runs on an old Chrome made for development. Install a released Hummingdeck to connect.',
};
