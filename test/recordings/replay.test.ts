import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { spread, type Recording } from './recording.mjs';
import { replay, type Compared } from './replay';
import { excused, missingFields, seldomMissing } from './rules';
import { fieldsOf } from './shapes.cjs';
import { stage } from './stage';
import { life } from './life';

vi.setConfig({ testTimeout: 300_000 });
const root = join(import.meta.dirname, '../..');
const recording = JSON.parse(readFileSync(join(import.meta.dirname, 'requests.json'), 'utf8')) as Recording;

it('what the app asks of real clusters, the practice cluster answers alike', async () => {
  const compared: Compared[] = [];
  const heard = new Map<string, Set<string>[]>();
  const hear = (kind: string, { kind: _, apiVersion: __, ...object }: Record<string, unknown>) => {
    heard.set(kind, [...(heard.get(kind) ?? []), fieldsOf(object)]);
  };
  const calm = await stage();
  for (const entry of recording.requests) {
    // What no server answered while it was recorded (a line that tore) must at least be understood.
    const statuses = Object.keys(entry.answers).length > 0 ? Object.keys(entry.answers) : ['200'];
    for (const status of statuses)
      compared.push(await replay(entry, Number(status), (kind, object) => hear(kind, object as never), calm));
  }
  calm.cluster.dispose();
  await life((kind, object) => hear(kind, object as never));

  for (const [kind, { always, sometimes }] of Object.entries(recording.answers)) {
    const objects = heard.get(kind) ?? [];
    const request = `answers: ${kind}`;
    const [must, may] = [new Set(spread(always)), new Set(spread(sometimes))];
    const all = new Set(objects.flatMap((fields) => [...fields]));
    const lacking = new Set(objects.flatMap((fields) => missingFields(must, fields)));
    const never = seldomMissing(kind, may, all);
    const note = [
      ...(objects.length === 0 ? ['never given'] : []),
      ...(lacking.size > 0 ? [`not always with ${[...lacking].join(' ')}`] : []),
      ...(never.length > 0 ? [`never with ${never.join(' ')}`] : []),
    ].join('; ');
    const leftOut = excused(kind, new Set([...must, ...may]), all);
    compared.push({ request, status: 200, result: note ? 'differs' : 'alike', ...(note ? { note } : {}), leftOut });
  }
  report(compared);
  expect(compared.filter(({ result }) => result === 'differs')).toEqual([]);
});

/** What was compared, in a file for the record and in a few lines for the reader. */
function report(compared: Compared[]): void {
  const count = (wanted: Compared['result']) => compared.filter(({ result }) => result === wanted).length;
  const summary = {
    requests: recording.requests.length,
    answers: compared.length,
    alike: count('alike'),
    'on purpose': count('on purpose'),
    differs: count('differs'),
  };
  mkdirSync(join(root, 'out/test'), { recursive: true });
  writeFileSync(join(root, 'out/test/replay.json'), `${JSON.stringify({ ...summary, compared }, null, 1)}\n`);
  const others = compared.filter(({ result }) => result !== 'alike');
  const reasons = new Map<string, number>();
  for (const { result, note = '', request, status } of others) {
    const line = result === 'on purpose' ? `on purpose: ${note}` : `DIFFERS: ${request} ${status}: ${note}`;
    reasons.set(line, (reasons.get(line) ?? 0) + 1);
  }
  console.log(
    [
      `${summary.requests} recorded requests, ${summary.answers} answers compared: ${summary.alike} alike, ${summary['on purpose']} differ on purpose, ${summary.differs} differ`,
      ...[...reasons].map(([line, times]) => `  ${times}  ${line}`),
    ].join('\n'),
  );
}
