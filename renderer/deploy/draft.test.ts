import { cluster, status } from '../demo/contexts';
import { describe, expect, test } from 'vitest';
import { draftSchema, type DraftCheck, type FieldInfo, type TemplateInfo } from '../../shared/bots';
import {
  allIssues,
  clusterIssues,
  errorsOf,
  formIssues,
  issueOf,
  limitsOf,
  marksOf,
  newForm,
  onlyCluster,
  orphans,
  shownFields,
  switchTemplate,
  takenUp,
  toDraft,
  unitOf,
  withoutPassword,
} from './draft';

const field = (key: string, over: Partial<FieldInfo> = {}): FieldInfo => ({
  key,
  label: key,
  help: '',
  type: 'decimal',
  unit: '',
  default: '1',
  required: true,
  basic: true,
  ...over,
});
const paper: TemplateInfo = {
  id: 'pmm-paper',
  title: 'Pure market making, paper trade',
  summary: '',
  run: 'engine',
  strategy: 'pure_market_making',
  exchanges: ['binance_paper_trade', 'kucoin_paper_trade'],
  fields: [
    field('exchange', { type: 'exchange', default: 'binance_paper_trade' }),
    field('market', { type: 'pair', default: 'ETH-USDT' }),
    field('bid_spread', { default: '0.5' }),
    field('order_amount', { default: '' }),
    field('order_levels', { default: '1' }),
  ],
  images: ['version-2.16.0', 'latest'],
  pair: 'ETH-USDT',
  size: { memoryMi: 768, cpuMilli: 100, storageGi: 2 },
};
const classic: TemplateInfo = {
  ...paper,
  id: 'classic-btc-usdt',
  exchanges: ['kucoin_paper_trade'],
  fields: [
    field('exchange', { type: 'exchange', default: 'kucoin_paper_trade' }),
    field('market', { type: 'pair', default: 'BTC-USDT' }),
    field('bid_spread', { default: '1' }),
    field('order_amount', { default: '0.01' }),
  ],
  images: ['version-2.16.0'],
  pair: 'BTC-USDT',
};
const filled = () => ({ ...newForm(paper, 'a'), name: 'eth-1', password: 'pw-1', repeat: 'pw-1' });
const check = (issues: DraftCheck['issues']): DraftCheck => ({
  issues,
  strategyYaml: '',
  strategyFile: '',
  manifestYaml: '',
});

describe('the deploy form', () => {
  test('with several clusters none is chosen for the trader', () => {
    const [a, b] = [cluster({ id: 'a' }), cluster({ id: 'b' })];
    expect(onlyCluster([a, b], false)).toBe('');
    expect(onlyCluster([a], false)).toBe('a');
    expect(onlyCluster([cluster({ id: 'a', status: status('stale') })], false)).toBe('');
    expect(formIssues({ ...filled(), clusterId: '' })).toMatchObject([{ field: 'clusterId', severity: 'error' }]);
  });

  test('a real cluster is never chosen in place of the practice one, nor the other way round', () => {
    const [real, practice] = [cluster({ id: 'real' }), cluster({ id: 'practice', practice: true })];
    expect(onlyCluster([real, practice], false)).toBe('');
    expect(onlyCluster([real, practice], true)).toBe('');
    // In the tour a real cluster may be all that is left: it went on in the middle of it.
    expect(onlyCluster([real], true)).toBe('');
    expect(onlyCluster([practice], true)).toBe('practice');
    // Begun on one, taken up when only the other is there.
    const begun = (clusterId: string) => ({ ...filled(), clusterId, namespace: 'trading' });
    for (const [was, is] of [
      ['practice', real],
      ['real', practice],
    ] as const)
      expect(takenUp(begun(was), [is])).toMatchObject({ clusterId: '', namespace: '', name: 'eth-1' });
    expect(takenUp(begun('practice'), [real, practice])).toMatchObject({ clusterId: 'practice' });
    expect(takenUp({ ...begun(''), clusterId: '' }, [real])).toMatchObject({ clusterId: '' });
  });

  test('what is sent is what the contract takes, and never the repeated password', () => {
    const draft = toDraft({ ...filled(), name: ' eth-1 ', memoryMi: '1.5' });
    expect(draftSchema.parse(draft)).toEqual(draft);
    expect(draft).toMatchObject({ name: 'eth-1', memoryMi: 1.5, exchange: 'binance_paper_trade', pair: 'ETH-USDT' });
    expect(draft).not.toHaveProperty('repeat');
    expect(draft.values).toEqual({ bid_spread: '0.5', order_amount: '', order_levels: '1' });
  });

  test('a size that is no number is told, and an empty or half one still gives a draft that can be checked', () => {
    for (const memoryMi of ['', 'lots', '1,5', '1e3', '-1', 'NaN', 'Infinity']) {
      const form = { ...filled(), memoryMi };
      expect(issueOf(formIssues(form), 'memoryMi')?.severity).toBe('error');
      expect(draftSchema.safeParse(toDraft(form)).success).toBe(true);
    }
  });

  test('passwords that differ stop the deploy', () => {
    expect(issueOf(formIssues({ ...filled(), repeat: 'pw-2' }), 'repeat')?.message).toContain('differ');
    expect(formIssues(filled())).toEqual([]);
  });

  test('another template keeps what was typed and fits, and takes its own defaults for the rest', () => {
    const typed = { ...filled(), values: { bid_spread: '0.7', order_amount: '', order_levels: '3' } };
    const next = switchTemplate(typed, paper, classic);
    expect(next.values).toEqual({ bid_spread: '0.7', order_amount: '0.01' });
    expect(next).toMatchObject({
      template: 'classic-btc-usdt',
      name: 'eth-1',
      exchange: 'kucoin_paper_trade',
      pair: 'BTC-USDT',
    });
    expect(switchTemplate({ ...typed, pair: 'SOL-USDT' }, paper, classic).pair).toBe('SOL-USDT');
  });

  test('a version chosen by hand survives another template, a default one does not', () => {
    expect(switchTemplate({ ...filled(), image: 'repo/own:1' }, paper, classic).image).toBe('repo/own:1');
    expect(switchTemplate({ ...filled(), image: 'version-2.16.0' }, paper, { ...classic, images: ['x'] }).image).toBe(
      'x',
    );
  });

  test('each field shows its own issue, errors before warnings, and none is lost', () => {
    const issues = allIssues(
      { ...filled(), memoryMi: 'x' },
      check([
        { field: 'values.order_amount', severity: 'warning', message: 'large' },
        { field: 'values.order_amount', severity: 'error', message: 'must be more than 0' },
        { field: 'memoryMi', severity: 'error', message: 'too small' },
        { field: 'strategies/eth-1.yml', severity: 'error', message: 'nowhere to show' },
      ]),
    );
    expect(issueOf(issues, 'values.order_amount')?.message).toBe('must be more than 0');
    expect(issues.filter((issue) => issue.field === 'memoryMi')).toHaveLength(1);
    expect(orphans(issues, shownFields(paper)).map((issue) => issue.message)).toEqual(['nowhere to show']);
    expect(errorsOf(issues)).toHaveLength(3);
  });

  test('a cluster that went away or silent stops the deploy, a missing right warns where it is missing', () => {
    const form = { ...filled(), clusterId: 'c0', namespace: 'trading' };
    expect(clusterIssues(form, undefined)).toMatchObject([{ field: 'clusterId', severity: 'error' }]);
    expect(clusterIssues(form, cluster({ status: status('stale') }))).toMatchObject([{ severity: 'error' }]);
    const missing = [{ verb: 'create', resource: 'secrets', namespace: 'trading', blocks: 'deploy' }];
    const limited = cluster({ status: status('live'), access: { namespaces: null, missing } });
    expect(clusterIssues(form, limited)).toMatchObject([{ field: 'namespace', severity: 'warning' }]);
    expect(clusterIssues({ ...form, namespace: 'other' }, limited)).toEqual([]);
  });

  test('nothing of the password stays after the deploy', () => {
    expect(JSON.stringify(withoutPassword(filled()))).not.toContain('pw-1');
  });

  test('limits are told as a trader says them', () => {
    expect(limitsOf(field('x', { min: 0, max: 100, exclusiveMin: true, exclusiveMax: true, unit: '%' }))).toBe(
      'more than 0, less than 100\u00a0%',
    );
    expect(limitsOf(field('x', { min: 0, max: 100 }))).toBe('0 to 100');
    expect(limitsOf(field('x', { min: 1 }))).toBe('1 or more');
    expect(limitsOf(field('x'))).toBe('');
  });

  test('amounts are in the coins of the pair', () => {
    expect([
      unitOf('BASE', 'eth-usdt'),
      unitOf('QUOTE', 'ETH-USDT'),
      unitOf('%', 'ETH-USDT'),
      unitOf('QUOTE', 'ETH'),
    ]).toEqual(['ETH', 'USDT', '%', '']);
  });

  test('a wrong field marks its line of the strategy file', () => {
    const yaml = 'strategy: pure_market_making\nmarket: ETHUSDT\n# order_amount: 1\norder_amount: 0\n';
    const issue = (name: string) => ({ field: name, severity: 'error' as const, message: '' });
    expect(
      marksOf(yaml, [issue('values.order_amount'), issue('pair'), issue('memoryMi'), issue('values.gone')]).map(
        (mark) => mark.line,
      ),
    ).toEqual([4, 2]);
  });
});
