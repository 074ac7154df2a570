import type { Alert, AlertPart } from '../../shared/alerts';
import type { BotRow } from '../../shared/rows';
import type { Scene } from './scenes';

/** Sixty alerts of all kinds, some over, one of an earlier run, one of practice, one of many. */
export function alerted(scene: Scene, now: number): Scene {
  const rows = scene.events.flatMap((event) => (event.t === 'rows' ? event.rows : []));
  const name = new Map(
    scene.events.flatMap((event) => (event.t === 'clusters' ? event.clusters : [])).map((one) => [one.id, one.name]),
  );
  const part = (row: BotRow, kind: AlertPart['kind'], sentence: string, since: number): AlertPart => ({
    ...{ kind, sentence, since, endedAt: null, clusterId: row.clusterId, cluster: name.get(row.clusterId) ?? '' },
    readAt: kind === 'idle' ? since : null,
    hint: 'Its log of the run before says why (Log, then “run before”).',
    bot: { id: row.id, namespace: row.namespace, name: row.name },
  });
  const kinds: [AlertPart['kind'], (bot: string) => string][] = [
    [
      'crashLoop',
      (bot) =>
        `${bot} fails again and again (7 restarts). Hummingbot ended with an error; its log says which (exit code 1).`,
    ],
    [
      'outOfMemory',
      (bot) => `${bot} needed more memory than it may have and was killed (2 restarts). Orders may be left open.`,
    ],
    ['idle', (bot) => `${bot} runs, but does not trade. Its kill switch stopped the strategy.`],
    [
      'leftOrders',
      (bot) =>
        `${bot} is stopped: Hummingbot was killed; orders may be left open. 2 orders may still be open, as the bot last knew: buy 0.4 ETH-USDT at 3,011.20 (exchange order id 8811290, binance) and sell 0.4 ETH-USDT at 3,040.00 (exchange order id 8811291, binance).`,
    ],
    ['nodeSilent', (bot) => `${bot}: its node pool-1-x7k1 does not answer. It is probably still trading.`],
  ];
  const made = rows.slice(0, 58).map((row, i): Alert => {
    const [kind, words] = kinds[i % kinds.length]!;
    const since = now - 40_000 * (i + 1);
    const one = part(row, kind, words(row.name), since);
    const endedAt = i > 44 ? since + 300_000 : null;
    return {
      ...{ id: `a${i}`, kind, practice: i === 2, sentence: one.sentence, hint: one.hint, since, endedAt },
      ...{ seen: i > 3, asBefore: i === 5, count: 1, parts: [{ ...one, endedAt }] },
    };
  });
  const early = rows
    .slice(60, 90)
    .map((row) => part(row, 'crashLoop', `${row.name} fails again and again (4 restarts).`, now));
  const lost: AlertPart = {
    ...{
      kind: 'lostCluster',
      clusterId: 'c4',
      cluster: name.get('c4') ?? '',
      bot: null,
      since: now - 41_000,
      endedAt: null,
      readAt: null,
    },
    ...{ sentence: 'contabo-nbg is lost. The cluster does not answer.', hint: 'Check the network or the VPN.' },
  };
  const all: Alert[] = [
    {
      ...{ id: 'l', kind: 'lostCluster', practice: false, seen: false, asBefore: false, count: 1 },
      ...pick(lost),
      parts: [lost],
    },
    ...made,
    {
      ...{
        id: 's',
        kind: 'atStart',
        practice: false,
        since: now - 900_000,
        endedAt: null,
        seen: true,
        asBefore: false,
      },
      sentence: 'In trouble already when Hummingdeck began to look: 30 bots fail again and again.',
      ...{ hint: 'Each of them is listed below.', parts: early, count: 30 },
    },
  ];
  all.sort((a, b) => Number(a.endedAt !== null) - Number(b.endedAt !== null) || b.since - a.since);
  scene.events.push({ t: 'alerts', alerts: all });
  let left = all;
  const tell = () => scene.tell?.({ t: 'alerts', alerts: left });
  scene.answers['alerts.see'] = () => ((left = left.map((one) => ({ ...one, seen: true }))), tell(), null);
  scene.answers['alerts.dismiss'] = ({ ids }) => (
    (left = ids ? left.filter(({ id }) => !ids.includes(id)) : []),
    tell(),
    null
  );
  return scene;
}

const pick = ({ sentence, hint, since, endedAt }: AlertPart) => ({ sentence, hint, since, endedAt });
