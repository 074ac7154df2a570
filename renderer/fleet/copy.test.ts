import { describe, expect, it } from 'vitest';
import type { ContextInfo, TradingReading } from '../../shared/rows';
import { bot } from '../demo/rows';
import { asKubectl, quoted } from './copyKubectl';
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
  const context = (name: string, clusterId: string, source: ContextInfo['source'], enabled = true) =>
    ({ id: name, name, clusterId, source, enabled }) as ContextInfo;
  const own = { kind: 'default', path: '/home/ana/.kube/config' } as const;

  it('name context and namespace, one command a cluster and namespace', () => {
    const rows = [bot({ name: 'a' }), bot({ name: 'b' }), bot({ name: 'c', namespace: 'two' })];
    expect(asKubectl(rows, [context('fra 1', 'c0', own)])).toBe(
      "kubectl --context 'fra 1' -n trading get statefulset a b\nkubectl --context 'fra 1' -n two get statefulset c\n",
    );
  });
  it('let no name of a context leave its quotes, and use none a terminal would act on', () => {
    expect(quoted("x'; rm -rf ~ #$(id)`id`")).toBe("'x'\\''; rm -rf ~ #$(id)`id`'");
    expect(asKubectl([bot()], [context('x\u001b[2J', 'c0', own)])).toBe('');
  });
  it("name the file of a context that is not among kubectl's own, and take one of those first", () => {
    const added = context('b', 'c0', { kind: 'added', path: "/x/ana's" });
    expect(asKubectl([bot()], [added])).toContain(`kubectl --kubeconfig '/x/ana'\\''s' --context 'b' -n`);
    expect(asKubectl([bot()], [added, context('a', 'c0', own)])).toContain("kubectl --context 'a' -n");
  });
  it('say how many bots they leave out', () => {
    const practice = context('practice', 'p', { kind: 'practice', path: '' });
    const rows = [bot(), bot({ name: 'x', clusterId: 'p' })];
    expect(asKubectl(rows, [context('a', 'c0', own), practice])).toMatch(/\n# 1 more bot is out of kubectl's reach\n$/);
    expect(asKubectl(rows.slice(1), [practice])).toBe('');
  });
});
