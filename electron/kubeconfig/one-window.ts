import { cancelled } from './exec-run';
import type { Run, RunRequest } from './process';

/**
 * Programs that never open a window or a browser: they answer from keys and sessions that are there, or fail. Any other may
 * ask its user something, however it is told not to (kubelogin, tsh, az).
 */
const SILENT = new Set(['aws', 'aws-iam-authenticator', 'doctl', 'gke-gcloud-auth-plugin']);

/** The same, but of the programs that may ask their user something one runs at a time, so that never two sign-ins are open. */
export function oneWindow(run: Run): Run {
  let last: Promise<unknown> = Promise.resolve();
  return (request) => {
    if (SILENT.has(nameOf(request))) return run(request);
    const begin = () => {
      if (request.signal?.aborted) throw cancelled();
      return run(request);
    };
    const mine = last.then(begin, begin);
    last = mine;
    return mine;
  };
}

const nameOf = ({ file }: RunRequest) => file.replace(/^.*[\\/]/, '').replace(/\.exe$/i, '');
