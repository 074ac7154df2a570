/** Result of running `statusCommand` in the pod. */
export type Reading =
  | { kind: 'status'; statusJson: string }
  /** PID 1 is no engine run: nothing was sent to it. */
  | { kind: 'not-engine' }
  /** The engine does not listen yet: nothing was sent to it. */
  | { kind: 'starting' }
  /** Asked, but no new status came within the time-out. */
  | { kind: 'no-answer' }
  /** Output that is none of the command's. */
  | { kind: 'unreadable'; output: string };

const MARK = '@@hummingdeck';

/**
 * Command line for an exec that asks an engine run for a fresh status and prints it. Safe at any time: USR1 is sent only when PID 1 is the
 * engine and has its handler set (bit 0x200 of SigCgt: signal 10), for an early one would kill it, and a `status.json` on the volume may
 * be an earlier run's. What is printed was written after the signal. Each asking makes the bot ask its exchanges for balances: keep a pace.
 */
export function statusCommand(waitSeconds = 10): string[] {
  const rounds = Math.max(1, Math.round(waitSeconds * 4));
  const script = `
f=/home/hummingbot/data/bot/status.json
case "$(tr '\\0' ' ' </proc/1/cmdline)" in *hummingbot.cli.engine*) ;; *) echo '${MARK} not-engine'; exit 0 ;; esac
m=$(while read -r k v; do [ "$k" = SigCgt: ] && echo "$v"; done </proc/1/status)
[ $(( 0x\${m:-0} & 0x200 )) -ne 0 ] || { echo '${MARK} starting'; exit 0; }
u() { [ -r "$f" ] && grep -o '"updated_at": *[^,}]*' "$f"; }
was=$(u)
kill -USR1 1 || { echo '${MARK} no-answer'; exit 0; }
for i in $(seq ${rounds}); do
  sleep 0.25
  now=$(u)
  if [ -n "$now" ] && [ "$now" != "$was" ]; then sleep 0.1; echo '${MARK} status'; exec cat "$f"; fi
done
echo '${MARK} no-answer'`;
  return ['nice', '-n', '10', 'bash', '-c', script.trim()];
}

/** Reads `statusCommand`'s stdout. */
export function parseReading(stdout: string): Reading {
  const at = stdout.indexOf(`${MARK} `);
  const [word = '', ...rest] = at < 0 ? [] : stdout.slice(at + MARK.length + 1).split('\n');
  switch (word.trim()) {
    case 'status':
      return { kind: 'status', statusJson: rest.join('\n').trim() };
    case 'not-engine':
      return { kind: 'not-engine' };
    case 'starting':
      return { kind: 'starting' };
    case 'no-answer':
      return { kind: 'no-answer' };
    default:
      return { kind: 'unreadable', output: stdout.slice(0, 500) };
  }
}
