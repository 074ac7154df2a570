import { CONTAINER } from './format';
import type { BotSpec } from './spec';

export const HOME = '/home/hummingbot';
export const hardened = {
  readOnlyRootFilesystem: true,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
};

/**
 * Fills conf: an emptyDir, because Hummingbot rewrites its files at each start, from the ConfigMap and the Secret, which say in their keys
 * where a file belongs. `cat` rather than `cp`: a Secret's files are read-only, their copies must not be. The folders of the volume must be there before they are mounted one by one.
 */
const FILL_CONF = `cd ${HOME}
mkdir -p conf/connectors conf/strategies conf/scripts conf/controllers /volume/db /volume/logs
for f in /config/* /keys/*; do
  [ -f "$f" ] || continue
  n=\${f##*/}
  case $n in
    password) ;;
    password_verification) cat "$f" >conf/.password_verification ;;
    connectors.*|strategies.*|scripts.*|controllers.*) cat "$f" >"conf/\${n%%.*}/\${n#*.}" ;;
    *) cat "$f" >"conf/$n" ;;
  esac
done`;

/**
 * hbot as PID 1 (it alone gets SIGTERM) with its log tailed into the container log, from its end, for the volume keeps earlier runs' lines.
 * The password is read from the mounted file: so it is in no manifest, and in no environment but PID 1's own.
 */
const engineStart = (file: string): string => {
  const stem = file.replace(/\.yml$/, '');
  return `tail -n 0 -F logs/logs_${stem}.log 2>/dev/null &
HBOT_PASSWORD=$(cat /keys/password) exec hbot start ${file} --foreground`;
};

/** The full-screen interface. The image's own Python lies in an environment that is not on every PATH. */
const classicStart = (file: string): string => `p=/opt/conda/envs/hummingbot/bin/python3
[ -x "$p" ] || p=python3
CONFIG_PASSWORD=$(cat /keys/password) exec "$p" bin/hummingbot_quickstart.py -f ${file}`;

/**
 * A SIGTERM before hbot has set its handler is lost: the bot would trade through the whole grace period and be killed with its orders open.
 * So the kubelet waits until bit 0x4000 (signal 15) of SigCgt is set, a minute at most.
 */
export const WAIT_FOR_HANDLER = `for i in $(seq 60); do
  m=$(while read -r k v; do [ "$k" = SigCgt: ] && echo "$v"; done </proc/1/status)
  [ $(( 0x\${m:-0} & 0x4000 )) -ne 0 ] && exit 0
  sleep 1
done`;

/** Seconds. In theory an engine needs 30 for executors and 20 a connector; the classic form only ever ends by being killed. */
const GRACE = { engine: 120, classic: 30 };

/** The pod's spec of both forms, as it was seen to work with the real Hummingbot 2.16 (`engine`). */
export function podSpecOf(spec: BotSpec): Record<string, unknown> {
  const memory = `${spec.memoryMi}Mi`;
  const file = spec.strategyFile.replace(/^strategies\//, '');
  const mount = (name: string, mountPath: string, more: object = {}): object => ({ name, mountPath, ...more });
  const classic = spec.run === 'classic';
  return {
    serviceAccountName: spec.name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: GRACE[spec.run],
    ...(spec.pullSecret ? { imagePullSecrets: [{ name: spec.pullSecret }] } : {}),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      fsGroup: 1000,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    initContainers: [
      {
        name: 'conf',
        image: spec.image,
        imagePullPolicy: 'IfNotPresent',
        command: ['bash', '-ec', FILL_CONF],
        securityContext: hardened,
        resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '64Mi' } },
        volumeMounts: [
          mount('conf', `${HOME}/conf`),
          mount('data', '/volume'),
          mount('config', '/config', { readOnly: true }),
          mount('keys', '/keys', { readOnly: true }),
        ],
      },
    ],
    containers: [
      {
        name: CONTAINER,
        image: spec.image,
        imagePullPolicy: 'IfNotPresent',
        workingDir: HOME,
        command: ['bash', '-c', classic ? classicStart(file) : engineStart(file)],
        ...(classic ? { tty: true, stdin: true } : {}),
        securityContext: hardened,
        // Memory asked for is memory given: on a full node others are evicted first. No CPU limit: throttling delays cancels.
        resources: { requests: { cpu: `${spec.cpuMilli}m`, memory }, limits: { memory } },
        ...(classic ? {} : { lifecycle: { preStop: { exec: { command: ['bash', '-c', WAIT_FOR_HANDLER] } } } }),
        volumeMounts: [
          mount('conf', `${HOME}/conf`),
          mount('data', `${HOME}/data`, { subPath: 'db' }),
          mount('data', `${HOME}/logs`, { subPath: 'logs' }),
          mount('keys', '/keys', { readOnly: true }),
          mount('tmp', '/tmp'),
        ],
      },
    ],
    volumes: [
      { name: 'conf', emptyDir: {} },
      { name: 'tmp', emptyDir: {} },
      { name: 'config', configMap: { name: spec.configName } },
      // Octal 0440: readable by the bot's group.
      { name: 'keys', secret: { secretName: spec.keysName, defaultMode: 0o440 } },
      { name: 'data', persistentVolumeClaim: { claimName: `${spec.name}-data` } },
    ],
  };
}
