import { Failure } from '../../shared/errors';
import type { SessionInfo } from '../../shared/terminals';
import { openLogSession } from './log-session';
import { openProgramSession } from './program-session';
import { createTab } from './tab';
import type { Session, Terminals, TerminalsOptions } from './types';

/** All open logs, screens and shells. Each is pinned to its bot: cluster by identity, workload and pod by uid. */
export function createTerminals(options: TerminalsOptions): Terminals {
  const sessions = new Map<string, () => Promise<void>>();
  let disposed = false;

  return {
    open(input, portOf) {
      if (disposed) throw new Failure({ code: 'CANCELLED', message: 'Hummingdeck is ending: nothing was opened.' });
      const id = options.newId();
      const port = typeof portOf === 'function' ? portOf(id) : portOf;
      const tab = createTab({ id, input, port, clock: options.clock });
      const session: Session = (input.kind === 'log' ? openLogSession : openProgramSession)(tab, options);

      async function end(): Promise<void> {
        if (!sessions.delete(id)) return;
        const left = session.close();
        tab.dispose();
        port.close();
        await left;
      }
      sessions.set(id, end);
      port.onClose(() => void end());
      port.onMessage((message) => {
        if (message.t === 'ack') tab.flow.ack(message.bytes);
        else if (message.t === 'input') session.input(message.data);
        else if (message.t === 'resize') session.resize(message.cols, message.rows);
        else if (message.t === 'reconnect') session.reconnect();
      });
      const { bot, kind } = input;
      const pod = session.pod();
      const info: SessionInfo = {
        id,
        kind,
        clusterId: bot.clusterId,
        namespace: bot.namespace,
        bot: bot.name,
        pod: pod?.podName ?? '',
        container: pod?.container ?? '',
      };
      return info;
    },
    close: (id) => void sessions.get(id)?.(),
    async dispose() {
      disposed = true;
      await Promise.all([...sessions.values()].map((end) => end()));
    },
  };
}
