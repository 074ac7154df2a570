import { isMap, isScalar, LineCounter, parseDocument, type Pair, type YAMLMap } from 'yaml';
import type { Issue } from '../../shared/bots';

export interface Entry {
  key: string;
  /** A scalar's text as it stands there without quotes; '' for an empty one; null when it is a list or a mapping. */
  text: string | null;
  /** JavaScript value. */
  value: unknown;
  /** 1-based */
  line: number;
  /** Offsets in the text: where the key begins, where the value begins and ends. */
  at: [number, number, number];
  /** Written with quotes. */
  quoted: boolean;
}

/** A YAML file that must be one mapping. `entries` is empty when it is not; `issues` says why, with lines. */
export function readMapping(path: string, text: string): { entries: Entry[]; issues: Issue[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const issue = (message: string, offset: number): Issue => ({
    field: path,
    severity: 'error',
    message,
    line: Math.max(1, lines.linePos(offset).line),
  });
  if (document.errors.length > 0)
    return {
      entries: [],
      issues: document.errors.map((error) =>
        issue(`This is not valid YAML: ${firstLine(error.message)}`, error.pos[0]),
      ),
    };
  if (!isMap(document.contents))
    return { entries: [], issues: [issue('The file must hold lines of the form "name: value".', 0)] };
  const map: YAMLMap = document.contents;
  return { entries: map.items.map((item) => entryOf(item, lines)), issues: [] };
}

function entryOf(item: Pair, lines: LineCounter): Entry {
  const key = isScalar(item.key) ? item.key : null;
  const begin = key?.range?.[0] ?? 0;
  const value = isScalar(item.value) ? item.value : null;
  const node = item.value as { range?: [number, number, number] | null; toJSON?: () => unknown } | null;
  const range = node?.range ?? [key?.range?.[1] ?? begin, key?.range?.[1] ?? begin, 0];
  return {
    key: String(key?.value ?? ''),
    text: item.value === null || value ? scalarText(value?.value, value?.source) : null,
    value: value ? value.value : (node?.toJSON?.() ?? null),
    line: Math.max(1, lines.linePos(begin).line),
    at: [begin, range[0], range[1]],
    quoted: value?.type === 'QUOTE_DOUBLE' || value?.type === 'QUOTE_SINGLE',
  };
}

/** Numbers keep the digits they were written with. */
function scalarText(value: unknown, source: string | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : (source ?? String(value));
}

const firstLine = (message: string): string => message.split('\n')[0] ?? '';

/** A text as YAML: plain where every reader takes it for a text, else in quotes. */
export function quoteIfNeeded(text: string): string {
  const plain = /^[A-Za-z][A-Za-z0-9_./-]*$/.test(text) && !/^(true|false|yes|no|y|n|on|off|null)$/i.test(text);
  return plain ? text : JSON.stringify(text);
}
