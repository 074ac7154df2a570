import { cleanText } from '../../shared/clean';
import type { ContainerSpec, StatefulSet } from '../cluster/objects';
import { splitPaper } from '../hummingbot/exchanges';
import { ANNOTATION, CONTAINER, LABEL } from './format';

export interface Recognised {
  /** Made or adopted by the app: its label is there. */
  managed: boolean;
  run: 'engine' | 'classic' | 'unknown';
  pair: string;
  exchange: string;
  strategy: string;
  paper: boolean;
  /** Container that runs Hummingbot. */
  container: string;
  /** ConfigMap the template points to, or ''. */
  configName: string;
  /** File name hbot or quickstart is started with, e.g. `eth-1.yml`; '' when not known. */
  strategyFile: string;
}

/** `hummingbot/hummingbot` and the `coinalpha/hummingbot` of old, from any registry; not `hummingbot-api` and its like. */
const IMAGE = /(^|\/)(hummingbot|coinalpha)\/hummingbot(?=[:@]|$)/;
const CLASSIC = /\bhummingbot_quickstart(\.py)?\b/;
const ENGINE = /(^|[\s;&|/"'])hbot(["']?,?\s+["']?)start\b/;

/** Workloads are never changed once they are read; each is asked for again with every word of its pods. */
const known = new WeakMap<StatefulSet, Recognised | null>();

/** What a workload is as a bot, from the workload alone; null: not a Hummingbot. Text is stripped of control characters. */
export function recognise(workload: StatefulSet): Recognised | null {
  const found = known.get(workload);
  if (found !== undefined) return found;
  const bot = look(workload);
  known.set(workload, bot);
  return bot;
}

function look(workload: StatefulSet): Recognised | null {
  const { labels = {}, annotations = {} } = workload.metadata;
  const { containers, volumes } = workload.spec.template.spec;
  const managed = LABEL.bot in labels;
  const main =
    (managed ? containers.find(({ name }) => name === CONTAINER) : undefined) ??
    containers.find((container) => IMAGE.test(container.image ?? '') || isHummingbot(container)) ??
    (managed ? containers[0] : undefined);
  if (!main) return null;
  const note = (key: string): string => cleanText(annotations[key] ?? '', 100);
  const exchange = note(ANNOTATION.exchange);
  const run = note(ANNOTATION.run);
  const config = volumes?.find(({ name, configMap }) => configMap && (!managed || name === 'config'));
  return {
    managed,
    run: run === 'engine' || run === 'classic' ? run : runOf(main),
    pair: note(ANNOTATION.pair) || guessPair(workload),
    exchange,
    strategy: note(ANNOTATION.strategy),
    paper: ANNOTATION.paper in annotations ? annotations[ANNOTATION.paper] === 'true' : splitPaper(exchange).paper,
    container: main.name,
    configName: config?.configMap?.name ?? '',
    strategyFile: fileOf(main),
  };
}

const lineOf = ({ command = [], args = [] }: ContainerSpec): string => [...command, ...args].join(' ');

const isHummingbot = (container: ContainerSpec): boolean => {
  const line = lineOf(container);
  return CLASSIC.test(line) || ENGINE.test(line);
};

function runOf(container: ContainerSpec): Recognised['run'] {
  const line = lineOf(container);
  if (CLASSIC.test(line)) return 'classic';
  if (ENGINE.test(line)) return 'engine';
  // With a terminal to type on it shows its own screen (the image's own command does), and ignores the signal that ends it.
  return container.tty && container.stdin ? 'classic' : 'unknown';
}

function fileOf(container: ContainerSpec): string {
  const line = lineOf(container);
  const found =
    /\bhbot\s+start\s+(?:-\S+\s+)*["']?([\w./-]+\.ya?ml)/.exec(line) ??
    /hummingbot_quickstart(?:\.py)?\b.*?\s(?:-f|--config-file-name)[\s=]+["']?([\w./-]+\.ya?ml)/s.exec(line) ??
    null;
  const fromEnv = container.env?.find(({ name }) => name === 'CONFIG_FILE_NAME')?.value;
  return (found?.[1] ?? fromEnv ?? '').replace(/^.*\//, '');
}

const QUOTES = 'usdt|usdc|usd|busd|eur|gbp|btc|eth|bnb|dai|tusd|fdusd|brl|aud|cad|jpy|try|weth|sol';
const PAIR_NAME = new RegExp(`^(?:.*-)?([a-z0-9]{2,10})-(${QUOTES})(?:-(?:hummingbot|bot|\\d+))*$`);
/** The public manifests name a bot after its pair: `btc-usdt`. Anything else says nothing. */
function guessPair(workload: StatefulSet): string {
  for (const text of [workload.metadata.name, workload.spec.template.metadata?.labels?.['app'] ?? '']) {
    const found = PAIR_NAME.exec(text.toLowerCase());
    if (found?.[1] && found[2]) return `${found[1]}-${found[2]}`.toUpperCase();
  }
  return '';
}
