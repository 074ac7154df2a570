/** hbot's own exit codes (2.16), and what the container's runtime says with a signal. */
const MEANINGS: Record<number, string> = {
  0: 'ended by itself, without an error',
  1: 'ended with an error; its log says which',
  2: 'did not find its strategy file',
  3: 'found that it was not running',
  4: 'did not accept its configuration or its password',
  5: 'gave up waiting (time-out)',
  126: 'could not be started: its program is not executable',
  127: 'could not be started: its program is not in the image',
  134: 'crashed',
  137: 'was killed; orders may be left open',
  139: 'crashed',
  143: 'was ended from outside',
};

/**
 * What the end of Hummingbot's container means, to follow "Hummingbot …": `did not accept its configuration or its password (exit code 4)`.
 * `reason` is the runtime's, e.g. `OOMKilled`; `signal` counts where it ended without a code.
 */
export function exitMeaning(exitCode: number, reason = '', signal = 0): string {
  if (reason === 'OOMKilled') return 'needed more memory than it may have and was killed; orders may be left open';
  if (reason === 'ContainerCannotRun' || reason === 'StartError') return 'could not be started from this image';
  if (signal && !exitCode) return `was ended by signal ${signal}`;
  return `${MEANINGS[exitCode] ?? 'ended with an error'} (exit code ${exitCode})`;
}
