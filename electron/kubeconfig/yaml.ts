import { isMap, parseAllDocuments, visit, type Document } from 'yaml';
import { invalid } from './fault';

/** Scalars stay the text they were written as, so that YAML's `no`, `0x10` or `1e3` never become something else. */
export type Plain = string | null | Plain[] | { [key: string]: Plain };

const nulls = new Set(['', '~', 'null', 'Null', 'NULL']);

/**
 * A kubeconfig's text as plain data. Takes what kubectl takes: YAML's first document, or JSON; of a key written twice the
 * last counts; anchors and merge keys work, but not more than 100 aliases. Tags have no effect. Throws `Failure` INVALID.
 */
export function parseYaml(text: string): { [key: string]: Plain } {
  const source = text.startsWith('\ufeff') ? text.slice(1) : text;
  const value = source.trimStart().startsWith('{') ? (fromJson(source) ?? fromYaml(source)) : fromYaml(source);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('This file is not a kubeconfig: it holds no list of clusters, users and contexts.');
  }
  return value;
}

/** Ten times as fast as YAML for big files; gives null for what only YAML can read. */
function fromJson(text: string): Plain | null {
  try {
    return JSON.parse(text, (_, value: unknown) =>
      typeof value === 'number' || typeof value === 'boolean' ? String(value) : value,
    ) as Plain;
  } catch {
    return null;
  }
}

function fromYaml(text: string): Plain {
  const documents = parseAllDocuments(text, {
    schema: 'failsafe',
    merge: true,
    uniqueKeys: false,
    logLevel: 'silent',
    prettyErrors: true,
  });
  const first = (Array.isArray(documents) ? documents[0] : undefined) as Document | undefined;
  if (!first) throw invalid('This file is empty.');
  const error = first.errors[0];
  // The first line says what and where; the rest would quote the file, which may hold a secret.
  if (error) throw invalid('This file is not valid YAML.', undefined, error.message.split('\n', 1)[0]);
  if (first.contents === null || (!isMap(first.contents) && String(first.contents).trim() === '')) {
    throw invalid('This file is empty.');
  }
  visit(first, {
    Scalar(_, node) {
      if (node.type === 'PLAIN' && nulls.has(String(node.value))) node.value = null;
    },
  });
  try {
    return first.toJS({ maxAliasCount: 100 }) as Plain;
  } catch (thrown) {
    throw invalid('This file repeats parts of itself too often to be read.', undefined, (thrown as Error).message);
  }
}
