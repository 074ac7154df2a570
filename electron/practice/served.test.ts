import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EXEC_PARAMETERS } from './exec/open';
import { WRITE_PARAMETERS } from './http';
import { KINDS } from './kinds';
import { LIST_PARAMETERS } from './list';
import { LOG_PARAMETERS } from './log';
import { METRICS_PARAMETERS } from './metrics';

/** docs/practice.md tells what is served: its tables are the code's own. */
const doc = readFileSync(join(import.meta.dirname, '../../docs/practice.md'), 'utf8');
const rowsBelow = (heading: string) =>
  doc
    .split(`## ${heading}\n`)[1]!
    .split('\n## ')[0]!
    .split('\n')
    .filter((line) => line.startsWith('| `'));
const code = (words: Iterable<string>) => [...words].map((word) => `\`${word}\``).join(' ');

it('the documented kinds and verbs are those served', () => {
  const rows = KINDS.map(
    ({ apiVersion, plural, namespaced, verbs, subresources, fields }) =>
      `| \`${apiVersion}\` \`${plural}\` | ${namespaced ? 'namespace' : 'cluster'} | ${[...verbs].join(' ')} | ${code(subresources)} | ${code(fields)} |`,
  );
  expect(rowsBelow('Kinds')).toEqual(rows.map((row) => row.replace(/\| {2}(?=\|)/g, '| ')));
});

it('the documented parameters are those known', () => {
  expect(rowsBelow('Parameters')).toEqual([
    `| \`list\` \`watch\` | ${code(LIST_PARAMETERS)} |`,
    `| \`create\` | ${code(WRITE_PARAMETERS)} |`,
    `| \`patch\` | ${code([...WRITE_PARAMETERS, 'force'])} |`,
    `| \`list\` of metrics | ${code(METRICS_PARAMETERS)} |`,
    `| \`log\` | ${code(LOG_PARAMETERS)} |`,
    `| \`exec\` | ${code(EXEC_PARAMETERS)} |`,
    `| \`attach\` | ${code(EXEC_PARAMETERS.filter((name) => name !== 'command'))} |`,
  ]);
});
