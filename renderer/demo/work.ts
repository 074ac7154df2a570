import type {
  BotConfig,
  BotEvents,
  DraftCheck,
  FieldInfo,
  Issue,
  OperationInfo,
  TemplateInfo,
} from '../../shared/bots';
import { Failure } from '../../shared/errors';
import type { BotRow } from '../../shared/rows';
import type { Scene } from './scenes';
import { session } from './session';

const field = (
  key: string,
  label: string,
  unit: string,
  value: string,
  traits: Partial<FieldInfo> = {},
): FieldInfo => ({
  key,
  label,
  help: '',
  type: 'decimal',
  unit,
  default: value,
  required: true,
  basic: true,
  ...traits,
});
const percent = { min: 0, max: 100, exclusiveMin: true, exclusiveMax: true };
const more = { basic: false, required: false };
const fields = [
  field('bid_spread', 'Bid spread', '%', '0.5', { ...percent, help: 'How far below the price the buy order stands.' }),
  field('ask_spread', 'Ask spread', '%', '0.5', { ...percent, help: 'How far above the price the sell order stands.' }),
  field('order_refresh_time', 'Refresh orders every', 's', '30', { min: 0, exclusiveMin: true }),
  field('order_amount', 'Order amount', 'BASE', '0.001', { min: 0, exclusiveMin: true, help: 'Size of each order.' }),
  field('order_levels', 'Order levels', '', '1', { type: 'int', min: 1, help: 'Number of orders on each side.' }),
  field('price_ceiling', 'Price ceiling', 'QUOTE', '-1', { ...more, help: '-1 switches it off.' }),
  field('ping_pong_enabled', 'Ping pong', '', 'false', { ...more, type: 'bool' }),
  field('price_type', 'Price', '', 'mid_price', {
    ...more,
    type: 'choice',
    choices: ['mid_price', 'last_price', 'best_bid', 'best_ask'],
  }),
];
const template: TemplateInfo = {
  id: 'pmm-paper',
  title: 'Pure market making, paper trade',
  summary: 'Keeps a buy and a sell order around the price, with simulated money.',
  run: 'engine',
  strategy: 'pure_market_making',
  exchanges: ['binance_paper_trade', 'kucoin_paper_trade'],
  fields,
  images: ['hummingbot/hummingbot:version-2.16.0', 'hummingbot/hummingbot:latest'],
  pair: 'BTC-USDT',
  size: { memoryMi: 768, cpuMilli: 100, storageGi: 2 },
};
const classic: TemplateInfo = {
  ...template,
  id: 'classic-btc-usdt',
  title: 'Classic BTC-USDT, paper trade',
  summary: 'The bot of the public manifests with its own full-screen interface, with simulated money.',
  run: 'classic',
};

const strategy = (spread: string) =>
  `strategy: pure_market_making\nexchange: binance_paper_trade\nmarket: ETH-USDT\nbid_spread: ${spread}\nask_spread: 0.5\norder_refresh_time: 30\norder_amount: 0.05\n# widened after the June squeeze\nfilled_order_delay: 60\n`;
const client = 'instance_id: eth-1\nsend_error_logs: false\nanonymized_metrics_mode: {}\n';
const filesOf = (spread: string) => [
  { path: 'strategies/eth-1.yml', text: strategy(spread) },
  { path: 'conf_client.yml', text: client },
];

/** A fleet that answers like a whole app: forms are checked, deploys run through their steps, terminals talk. */
export function work(scene: Scene, now: number): Scene {
  let saved: BotConfig | null = null;
  let collided = false;
  const rowOf = (uid: string): BotRow | undefined =>
    scene.events.flatMap((event) => (event.t === 'rows' ? event.rows : [])).find((row) => row.uid === uid);

  scene.answers = {
    'deploy.templates': () => [template, classic],
    'deploy.targets': () => ({
      namespaces: ['trading', 'desk-two'],
      storageClasses: [{ name: 'block-storage', isDefault: true }],
    }),
    'deploy.check': ({ draft }): DraftCheck => {
      const issues: Issue[] = [];
      const error = (name: string, message: string) => issues.push({ field: name, severity: 'error', message });
      if (!/^[a-z][a-z0-9-]*$/.test(draft.name)) error('name', 'Give the bot a name of small letters and digits.');
      if (draft.password.length < 8) error('password', 'The password must have 8 characters at least.');
      if (!(Number(draft.values['order_amount']) > 0))
        error('values.order_amount', 'Must be more than 0; with 0 the bot would run and trade nothing.');
      const lines = Object.entries(draft.values).map(([key, value]) => `${key}: ${value}`);
      const head = `strategy: pure_market_making\nexchange: ${draft.exchange}\nmarket: ${draft.pair}`;
      const yaml = `${head}\n${lines.join('\n')}\n`;
      const manifest = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${draft.name}-keys-1a2b3c\nstringData:\n  password: (set, not shown)\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${draft.name}-config-4d5e6f\ndata:\n  strategy.yml: |\n    ${yaml.replaceAll('\n', '\n    ')}`;
      return {
        issues,
        strategyYaml: yaml,
        strategyFile: `strategies/${draft.name || 'bot'}.yml`,
        manifestYaml: manifest,
      };
    },
    'deploy.dryRun': ({ draft }) => {
      const kinds = ['ServiceAccount', 'ConfigMap', 'Secret', 'PersistentVolumeClaim', 'StatefulSet', 'Pod'];
      const refused = draft.memoryMi > 4096;
      const items = kinds.map((kind) => ({
        object: { apiVersion: 'v1', kind, namespace: draft.namespace, name: draft.name },
        ok: !(refused && kind === 'Pod'),
        error:
          refused && kind === 'Pod'
            ? {
                code: 'FORBIDDEN' as const,
                message: 'The quota of trading leaves no room for this pod.',
                hint: 'Ask for less memory, or stop another bot.',
                cause: `exceeded quota: desk, requested: memory=${draft.memoryMi}Mi, used: 6Gi, limited: 8Gi`,
              }
            : null,
      }));
      return { items, ok: !refused, at: Date.now(), tookMs: 412, warnings: ['4 of 7 volumes on the fullest node.'] };
    },
    'deploy.start': ({ draft }) => ({ operationId: play(scene, draft.name, draft.namespace, draft.clusterId) }),
    'bots.details': ({ bot }) => ({
      ref: bot,
      lately: latelyOf(bot.name, rowOf(bot.uid)?.state === 'trouble', now),
      objects: ['StatefulSet', 'ServiceAccount', 'PersistentVolumeClaim'].map((kind) => ({
        apiVersion: 'v1',
        kind,
        namespace: bot.namespace,
        name: bot.name,
      })),
      image: 'hummingbot/hummingbot:version-2.16.0',
      volume: '2 GiB, kept on delete',
      warnings: rowOf(bot.uid)?.managed === false ? ['Its password stands in clear text in its start command.'] : [],
    }),
    'bots.events': ({ bot }) => latelyOf(bot.name, rowOf(bot.uid)?.state === 'trouble', Date.now()),
    'bots.stop': () => ({ operationId: '1' }),
    'bots.start': () => ({ operationId: '1' }),
    'bots.restart': () => ({ operationId: '1' }),
    'bots.delete': () => ({ operationId: '1' }),
    'operations.act': ({ id }) => {
      scene.tell?.({ t: 'operationGone', id });
      return null;
    },
    'config.read': ({ bot }) => {
      saved ??= {
        base: rowOf(bot.uid)?.configName ?? 'eth-1-config-1a2b',
        files: filesOf('0.5'),
        running: rowOf(bot.uid)?.configName ?? 'eth-1-config-1a2b',
        runningFiles: filesOf('0.4'),
        editable: rowOf(bot.uid)?.managed ?? true,
        why: 'It was made by hand; Hummingdeck changes only bots it has made.',
        secrets: [{ name: `${bot.name}-keys-1a2b`, keys: ['password', 'binance.yml'] }],
      };
      return saved;
    },
    'config.check': ({ files }) =>
      files.flatMap(({ path, text }) =>
        text
          .split('\n')
          .flatMap((line, i): Issue[] =>
            /^bid_spread: (0|1\d\d)$/.test(line)
              ? [{ field: path, severity: 'error', message: 'Bid spread must be above 0 and below 100.', line: i + 1 }]
              : [],
          ),
      ),
    'config.save': ({ files }) => {
      if (!collided) {
        collided = true;
        return { saved: false, theirs: { ...saved!, base: 'eth-1-config-theirs', files: filesOf('0.8') } };
      }
      saved = { ...saved!, base: 'eth-1-config-9f8e', files };
      return { saved: true, configName: saved.base, operationId: null };
    },
    'terminals.open': ({ bot, kind }) => session(scene, bot, kind),
    'terminals.close': () => null,
    'app.openExternal': () => ({ opened: false }),
  };
  return scene;
}

/** A deploy that goes through its steps; a name with `bad` in it fails half-way. */
function play(scene: Scene, name: string, namespace: string, clusterId: string): string {
  if (name === 'taken')
    throw new Failure({ code: 'EXISTS', message: 'The name "taken" is in use here.', hint: 'Choose another name.' });
  const id = `demo-${name}`;
  const titles = [
    'Write the configuration and keys',
    'Write the workload',
    'Find a node and volume',
    'Pull the image',
    'Start Hummingbot',
    'See it trade',
  ];
  const bad = name.includes('bad');
  const cluster = scene.events
    .flatMap((event) => (event.t === 'clusters' ? event.clusters : []))
    .find((one) => one.id === clusterId);
  let at = 0;
  const tell = () => {
    const failed = bad && at === 3;
    const done = at >= titles.length;
    const operation: OperationInfo = {
      id,
      kind: 'deploy',
      bot: { clusterId, namespace, name },
      clusterName: cluster?.name ?? clusterId,
      steps: titles.map((title, i) => ({
        key: String(i),
        title,
        state: i < at ? 'done' : i > at ? 'waiting' : failed ? 'failed' : 'running',
        detail: i === 2 && i < at ? 'pool-2-x7k1, 2 GiB' : i === at && !done ? 'a few seconds' : '',
      })),
      outcome: failed ? 'failed' : done ? 'done' : 'running',
      message: done ? `${name} trades: 2 orders open, as the bot last knew.` : '',
      error: failed
        ? {
            code: 'NOT_FOUND',
            message: 'The image can’t be pulled: this version does not exist.',
            hint: 'Choose another version and try again.',
            cause: 'manifest for hummingbot/hummingbot:version-2.99.0 not found',
          }
        : null,
      written: ['ServiceAccount', 'ConfigMap', 'Secret', 'StatefulSet']
        .slice(0, at + 1)
        .map((kind) => ({ apiVersion: 'v1', kind, namespace, name })),
      startedAt: Date.now(),
      endedAt: null,
      actions: failed ? ['cleanUp', 'retry', 'dismiss'] : done ? ['dismiss'] : ['cancel'],
    };
    scene.tell?.({ t: 'operation', operation });
    if (failed || done) return;
    at++;
    setTimeout(tell, 500);
  };
  setTimeout(tell, 50);
  return id;
}

function latelyOf(name: string, trouble: boolean, now: number): BotEvents {
  return {
    events: [
      {
        at: now - 9_000,
        type: 'Warning',
        words: 'It ended; the node waits before it starts it again.',
        reason: 'BackOff',
        message: 'Back-off restarting failed container',
        count: 12,
        object: `Pod/${name}-0`,
      },
      {
        at: now - 400_000,
        type: 'Normal',
        words: 'Its image was fetched: hummingbot/hummingbot:version-2.16.0',
        reason: 'Pulled',
        message: 'Successfully pulled the image in 8.1 s',
        count: 1,
        object: `Pod/${name}-0`,
      },
    ],
    lastEnd: trouble ? 'Hummingbot did not accept its configuration or its password (exit code 4).' : '',
    refused: '',
  };
}
