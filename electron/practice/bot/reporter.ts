import { diskOf } from '../exec/disk';
import { factsOf } from '../exec/trading';
import { POD, ROLE, ROLE_BINDING } from '../kinds';
import type { Launch, Running } from '../program';

/** How often it writes, ms by the clock. */
const EVERY = 60_000;
const FIRST = 4_000;
const PROGRAM = '/reporter/reporter.py';

/** The pattern a bot's reporter is started with (`bot/reporter.ts`); null: another program. */
export function reporterPattern(argv: string[]): string | null {
  return argv[0] === 'python3' && argv[2] === PROGRAM ? (argv[3] ?? null) : null;
}

/** The reporter beside a bot: writes what its record says on its own pod, once a minute, where it has been given that right. */
export function startReporter({ world, namespace, pod, files, exit }: Launch, pattern: string): Running {
  const { agenda, store } = world;
  // Its program, as it is mounted, names the annotation.
  const key = /'annotations': \{'([^']+)'/.exec(files.read(PROGRAM)?.text() ?? '')?.[1] ?? '';
  let cancel = agenda.after(FIRST, write);
  let ended = false;

  function write(): void {
    if (ended) return;
    cancel = agenda.after(EVERY, write);
    const object = store.get(POD, namespace, pod);
    const role = `${pod.replace(/-\d+$/, '')}-reporter`;
    const allowed = store.get(ROLE, namespace, role) && store.get(ROLE_BINDING, namespace, role);
    const node = (object?.spec as { nodeName?: string } | undefined)?.nodeName ?? '';
    if (!object || !allowed || !key || world.faults.lostNodes.has(node)) return;
    const at = Math.round(agenda.now());
    const told: Record<string, unknown> = {
      ...factsOf(files, pattern, at, diskOf(world, { namespace, name: pod })),
      at,
    };
    for (const [key, value] of Object.entries(told)) if (value === null || value === '') delete told[key];
    const annotations = {
      ...object.metadata.annotations,
      [key]: JSON.stringify(told),
    };
    store.put(POD, { ...object, metadata: { ...object.metadata, annotations } });
  }
  const end = (): void => {
    ended = true;
    cancel();
  };
  return {
    cmdline: `python3 -u ${PROGRAM} ${pattern} `,
    catchUp: () => undefined,
    hearsTerm: () => !ended,
    term() {
      if (ended) return;
      end();
      exit(0);
    },
    kill: end,
  };
}
