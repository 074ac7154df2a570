import { KINDS } from '../../electron/practice/kinds';
import { stage } from './stage';

/** Watches every kind while bots come, crash, lose their machine and go: all that objects of the practice cluster ever hold. */
export async function life(hear: (kind: string, object: object) => void): Promise<void> {
  const at = await stage();
  const streams = await Promise.all(
    KINDS.map(async (kind) => {
      const base = kind.apiVersion === 'v1' ? '/api/v1' : `/apis/${kind.apiVersion}`;
      const path = `${base}/${kind.plural}?watch=1&allowWatchBookmarks=true&resourceVersion=0`;
      const stream = await at.far.stream({ method: 'GET', path });
      const reading = (async () => {
        let text = '';
        for await (const bytes of stream.body) text += Buffer.from(bytes).toString('utf8');
        for (const line of text.split('\n').filter(Boolean)) {
          const { type, object } = JSON.parse(line) as { type: string; object: { kind: string } };
          hear(type === 'BOOKMARK' ? `${object.kind} bookmark` : object.kind, object);
        }
      })();
      return { stream, reading };
    }),
  );
  const { faults } = at.cluster;
  const bot = 'trading/btc-usdt-calm';
  await at.clock.advance(70_000);
  faults.outOfMemory(bot, true);
  await at.clock.advance(60_000);
  faults.outOfMemory(bot, false);
  await at.clock.advance(60_000);
  const remove = (path: string) =>
    at.far.request({ method: 'DELETE', path, body: JSON.stringify({ kind: 'DeleteOptions', apiVersion: 'v1' }) });
  await remove('/api/v1/namespaces/trading/pods/btc-usdt-calm-0');
  await at.clock.advance(60_000);
  faults.nodeLost(faults.nodes()[0]!, true);
  await at.clock.advance(400_000);
  faults.nodeLost(faults.nodes()[0]!, false);
  await at.clock.advance(60_000);
  await at.far.request({
    method: 'DELETE',
    path: '/apis/apps/v1/namespaces/trading/statefulsets/eth-usdt-tight',
    body: JSON.stringify({ kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Foreground' }),
  });
  await remove('/api/v1/namespaces/trading');
  await at.clock.advance(120_000);
  for (const { stream } of streams) stream.cancel();
  await Promise.all(streams.map(({ reading }) => reading));
  at.cluster.dispose();
}
