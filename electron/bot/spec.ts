import type { ConfigFile, Draft, TemplateId } from '../../shared/bots';
import { Failure } from '../../shared/errors';
import { confClient } from '../hummingbot/confClient';
import { splitPaper } from '../hummingbot/exchanges';
import { passwordVerification } from '../hummingbot/keystore';
import { renderPureMarketMaking } from '../hummingbot/strategy';
import { paperBalances, rateSource, templateOf } from '../hummingbot/templates';
import { checkDraft } from './draft';
import { objectName } from './format';
import { contentHash, dataOfFiles, keysHash } from './hash';

export { checkDraft } from './draft';

/** Everything a bot on a cluster is made of; `objectsOf` turns it into objects. Holds the password: never leaves the main process. */
export interface BotSpec {
  template: TemplateId;
  run: 'engine' | 'classic';
  name: string;
  namespace: string;
  /** Whole reference, with digest where known. */
  image: string;
  exchange: string;
  pair: string;
  strategy: string;
  paper: boolean;
  /** Path below conf, e.g. `strategies/eth-1.yml`. */
  strategyFile: string;
  files: ConfigFile[];
  /** `<bot>-config-<hash>` */
  configName: string;
  /** Values of the Secret by key: `password`, `password_verification`. */
  keys: Record<string, string>;
  /** `<bot>-keys-<hash>` */
  keysName: string;
  /** MiB, asked for and at most. */
  memoryMi: number;
  /** Thousandths of a core, asked for. */
  cpuMilli: number;
  /** GiB */
  storageGi: number;
  /** '' : the cluster's default class. */
  storageClass: string;
  accessMode: 'ReadWriteOncePod' | 'ReadWriteOnce';
  /** '' : none. */
  pullSecret: string;
  /** A second container tells the bot's trading once a minute. */
  reporter?: boolean;
}

export interface SpecOptions {
  accessMode?: BotSpec['accessMode'];
  /** `sha256:…` of the image where known. */
  imageDigest?: string;
  /** For previews: no key is derived (it takes 0.2 s), the Secret's name ends in `0000000000`. Not to be applied. */
  preview?: boolean;
}

/** @throws Failure INVALID with the first error of `checkDraft`; a preview is made of whatever is there. */
export async function draftToSpec(draft: Draft, options: SpecOptions = {}): Promise<BotSpec> {
  const wrong = checkDraft(draft).find(({ severity }) => severity === 'error');
  if (wrong && !options.preview)
    throw new Failure({
      code: 'INVALID',
      message: `This bot can't be deployed: ${wrong.message}`,
      hint: 'Mend the field.',
      cause: wrong.field,
    });
  const template = templateOf(draft.template);
  const strategyFile = strategyFileOf(draft);
  const { base, paper } = splitPaper(draft.exchange.trim());
  const client = confClient({
    instanceId: draft.name,
    paperExchanges: paper ? [base] : [],
    paperBalances: paper ? paperBalances(draft.pair.trim()) : {},
    rateOracle: rateSource(base),
  });
  const files = [strategyFile, { path: 'conf_client.yml', text: client }];
  const keys = await keysOf(draft, options);
  return {
    template: draft.template,
    run: template.run,
    name: draft.name,
    namespace: draft.namespace,
    image: withDigest(draft.image.trim(), options.imageDigest),
    exchange: draft.exchange.trim(),
    pair: draft.pair.trim(),
    strategy: template.strategy,
    paper,
    strategyFile: strategyFile.path,
    files,
    configName: objectName.config(draft.name, contentHash(dataOfFiles(files))),
    keys,
    keysName: objectName.keys(draft.name, options.preview ? '0000000000' : keysHash(keys)),
    memoryMi: draft.memoryMi,
    cpuMilli: draft.cpuMilli,
    storageGi: draft.storageGi,
    storageClass: draft.storageClass,
    accessMode: options.accessMode ?? 'ReadWriteOnce',
    pullSecret: draft.pullSecret.trim(),
    reporter: draft.reporter ?? false,
  };
}

/** The strategy file in step with the form: path below conf and text. Never throws. */
export function strategyFileOf(draft: Draft): ConfigFile {
  // The database is named after the file, and the public manifests' name is what their traders look for.
  const file = templateOf(draft.template).run === 'classic' ? 'quickstart.yml' : `${draft.name}.yml`;
  const { values, exchange, pair } = draft;
  return { path: `strategies/${file}`, text: renderPureMarketMaking({ ...values, exchange, market: pair }) };
}

async function keysOf(draft: Draft, options: SpecOptions): Promise<Record<string, string>> {
  const verification = options.preview ? '' : await passwordVerification(draft.password);
  return { password: draft.password, password_verification: verification };
}

/** `name:tag` pinned to what the tag means today; a reference that has a digest already stays. */
function withDigest(image: string, digest: string | undefined): string {
  return digest && !image.includes('@') ? `${image}@${digest}` : image;
}
