import { describe, expect, it } from 'vitest';
import type { ContextInfo, TradingReading } from '../../shared/rows';
import { bot } from '../demo/rows';
import { asKubectl, kubectlReaches, posix, windows } from './copyKubectl';
import { asCsv, asText, csvCell, type Telling } from './copyText';

const by = (...columns: Telling['columns']): Telling => ({
  columns,
  clusterName: (id) => id.toUpperCase(),
  practice: (id) => id === 'p',
  now: () => 61_000,
});
const trading: TradingReading = {
  at: 1_000,
  by: 'exec',
  state: 'idle',
  sentence: '',
  openOrders: 2,
  profit: -1234.5,
  volume: null,
  quote: 'USDT',
};

describe('rows as text', () => {
  it('stand in columns under a head, with what marks money that is not real', () => {
    const rows = [bot({ name: 'a', trading, paper: true }), bot({ name: 'long-name', clusterId: 'p', trading })];
    expect(asText(rows, by('name', 'cluster', 'profit', 'age'))).toBe(
      [
        'NAME        CLUSTER        PROFIT                   AGE',
        'a           C0             -1,234.5 USDT paper      61s',
        'long-name   P (practice)   -1,234.5 USDT practice   61s',
      ].join('\n') + '\n',
    );
  });
});

describe('rows as CSV', () => {
  it('carry plain numbers, what they are in, whose money it is and when that was read', () => {
    expect(asCsv([bot({ name: 'a', trading }), bot({ name: 'b', clusterId: 'p' })], by('name', 'profit'))).toBe(
      'Name,Profit,Quote asset,Money,Read at\r\na,-1234.5,USDT,real,1970-01-01T00:00:01.000Z\r\nb,,,practice,\r\n',
    );
  });
  it('quote what would break a line, and nothing becomes a formula', () => {
    expect(['a,b', 'say "x"', 'two\nlines'].map(csvCell)).toEqual(['"a,b"', '"say ""x"""', '"two\nlines"']);
    expect(['=1+1', '+cmd', '-2+3', '@SUM(A1)', '\t=1', ' =1'].map(csvCell)).toEqual(
      ['=1+1', '+cmd', '-2+3', '@SUM(A1)', '\t=1', ' =1'].map((text) => `'${text}`),
    );
    expect(csvCell('=A1,"B"')).toBe(`"'=A1,""B"""`);
    expect(['-12.5', '1e-7', '', 'eth-1'].map(csvCell)).toEqual(['-12.5', '1e-7', '', 'eth-1']);
  });
});

describe('rows as kubectl commands', () => {
  const context = (name: string, clusterId: string, source: Partial<ContextInfo['source']>, enabled = true) =>
    ({
      id: name,
      name,
      clusterId,
      source: { kind: 'default', path: '/k', files: ['/k'], ...source },
      enabled,
    }) as ContextInfo;
  const file = (path: string) => ({ kind: 'added' as const, path, files: [path] });

  it('name context and namespace, one command a cluster and namespace', () => {
    const rows = [bot({ name: 'a' }), bot({ name: 'b' }), bot({ name: 'c', namespace: 'two' })];
    expect(asKubectl(rows, [context('fra 1', 'c0', {})], posix)).toBe(
      [
        "kubectl --kubeconfig '/k' --context 'fra 1' -n trading get statefulset a b",
        "kubectl --kubeconfig '/k' --context 'fra 1' -n two get statefulset c\n",
      ].join('\n'),
    );
  });
  it('let no name of a context or file leave its quotes, and use none a terminal would act on', () => {
    expect(posix.quoted("x'; rm -rf ~ #$(id)`id`")).toBe("'x'\\''; rm -rf ~ #$(id)`id`'");
    for (const one of [context('x\u001b[2J', 'c0', {}), context('x', 'c0', file('/x\n/y'))]) {
      expect(asKubectl([bot()], [one], posix)).toBe('');
      expect(kubectlReaches([bot()], [one], posix)).toBe(false);
    }
  });
  it('name the file of a context, and take one of kubectl’s own first', () => {
    const added = context('b', 'c0', file("/x/ana's"));
    expect(asKubectl([bot()], [added], posix)).toContain(`kubectl --kubeconfig '/x/ana'\\''s' --context 'b' -n`);
    const own = context('a', 'c0', { path: '/k/env', files: ['/k/env'] });
    expect(asKubectl([bot()], [added, own], posix)).toContain("kubectl --kubeconfig '/k/env' --context 'a' -n");
  });
  it('name all files of a context that is spread over several, where that can be said for one command', () => {
    const spread = context('a', 'c0', { path: '/k/one', files: ['/k/one', '/k/two'] });
    expect(asKubectl([bot()], [spread], posix)).toMatch(/^KUBECONFIG='\/k\/one:\/k\/two' kubectl --context 'a' -n/);
    expect(asKubectl([bot()], [spread], windows)).toBe('');
  });
  it('stand in double quotes on Windows, without anything that cmd.exe or PowerShell would act on', () => {
    const added = context("ana's & bob", 'c0', file('C:\\Users\\Ana Lee\\k3s.yaml'));
    expect(asKubectl([bot({ name: 'a' })], [added], windows)).toBe(
      'kubectl --kubeconfig "C:\\Users\\Ana Lee\\k3s.yaml" --context "ana\'s & bob" -n trading get statefulset a\n',
    );
    for (const name of ['a"b', '%PATH%', '$(id)', 'a`b', 'a\u201db', 'a\\'])
      expect(asKubectl([bot()], [context(name, 'c0', {})], windows)).toBe('');
  });
  it('are never longer than a terminal takes', () => {
    const rows = Array.from({ length: 1_000 }, (_, i) => bot({ name: `bot-with-a-long-name-${i}` }));
    const lines = asKubectl(rows, [context('a', 'c0', {})], windows)
      .trimEnd()
      .split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(8_191);
    expect(lines.flatMap((line) => line.split(' ').slice(9))).toEqual(rows.map(({ name }) => name));
    expect(new Set(lines.map((line) => line.split(' ').slice(0, 9).join(' '))).size).toBe(1);
  });
  it('say how many bots they leave out', () => {
    const practice = context('practice', 'p', { kind: 'practice' });
    const rows = [bot(), bot({ name: 'x', clusterId: 'p' })];
    const contexts = [context('a', 'c0', {}), practice];
    expect(asKubectl(rows, contexts, posix)).toMatch(/\n# 1 more bot is out of kubectl's reach\n$/);
    expect(asKubectl(rows, contexts, windows)).toMatch(/\necho "1 more bot is out of kubectl's reach"\n$/);
    expect(asKubectl(rows.slice(1), [practice], posix)).toBe('');
    expect(kubectlReaches(rows.slice(1), [practice], posix)).toBe(false);
  });
});
