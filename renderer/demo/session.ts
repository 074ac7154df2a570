import type { BotRef } from '../../shared/rows';
import type { SessionDown, SessionInfo, SessionUp, TerminalKind } from '../../shared/terminals';
import type { Scene } from './scenes';

const LEVELS = ['INFO', 'INFO', 'EVENT_LOG', 'WARNING', 'ERROR'];
const WORDS = [
  'Created LIMIT BUY order for 0.05000000 ETH at 3,421.50',
  'Cancelled 1 order, max order age reached',
  'Filled BUY 0.0500 ETH @ 3,419.80 (fee 0.17 USDT)',
  'Order book snapshot is 4.2 s old, waiting',
  'kucoin: 429 Too Many Requests, next try in 2 s, see https://status.kucoin.com/ for 東京',
];
let next = 1;

/** A scripted session: a log that goes on, a screen, a shell that echoes. `die` in the shell loses it, `exit` ends it. */
export function session(scene: Scene, bot: BotRef, kind: TerminalKind): SessionInfo {
  const id = `demo-${next++}`;
  const { port1, port2 } = new MessageChannel();
  const tell = (message: SessionDown) => port1.postMessage(message);
  const write = (text: string) => tell({ t: 'data', data: new TextEncoder().encode(text) });
  let count = 0;
  const line = () => {
    const i = count++ % LEVELS.length;
    const time = new Date(1_790_000_000_000 + count * 7_300)
      .toISOString()
      .replace('T', ' ')
      .replace('.', ',')
      .slice(0, 23);
    return `${time} - 1 - hummingbot.connector - ${LEVELS[i]} - ${WORDS[i]}\r\n`;
  };
  let typed = '';
  const shell = (data: string) => {
    for (const char of data) {
      if (char !== '\r') {
        typed += char;
        write(char);
        continue;
      }
      write('\r\n');
      if (typed === 'die')
        tell({
          t: 'state',
          state: {
            phase: 'lost',
            error: {
              code: 'UNREACHABLE',
              message: 'The cluster closed the connection.',
              cause: 'websocket closed: 1006',
            },
            retryAt: null,
          },
        });
      else if (typed === 'exit') tell({ t: 'state', state: { phase: 'ended', code: 0, message: '' } });
      else write(typed ? `${typed}: done\r\n$ ` : '$ ');
      typed = '';
    }
  };
  port1.onmessage = ({ data }: MessageEvent<SessionUp>) => {
    if (data.t === 'input' && kind === 'shell') shell(data.data);
    if (data.t === 'reconnect') {
      tell({ t: 'state', state: { phase: 'open' } });
      write('$ ');
    }
  };
  setTimeout(() => {
    scene.hand?.(`session:${id}`, port2);
    tell({ t: 'state', state: { phase: 'open' } });
    if (kind === 'log') {
      for (let i = 0; i < 60; i++) write(line());
      setInterval(() => write(line()), 900);
    } else
      write(
        kind === 'shell'
          ? '$ '
          : '\x1b[2J\x1b[H\x1b[36m>>>\x1b[0m status\r\n  Markets: binance_paper_trade ETH-USDT\r\n',
      );
  }, 30);
  return {
    id,
    kind,
    clusterId: bot.clusterId,
    namespace: bot.namespace,
    bot: bot.name,
    pod: `${bot.name}-0`,
    container: 'hummingbot',
  };
}
