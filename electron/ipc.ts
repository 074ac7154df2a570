import { ipcMain, MessageChannelMain, type IpcMainInvokeEvent, type MessagePortMain, type WebContents } from 'electron';
import { contract, type CallName, type Handlers } from '../shared/contract';
import { toAppError, type Result } from '../shared/errors';
import { ORIGIN } from './window';

/**
 * Answers the contract's calls, and nothing else. A call is refused when it does not come from the main frame of the
 * app's own page; its input is parsed before a handler sees it; whatever a handler throws travels as a `Result`.
 */
export function serveIpc(handlers: Handlers, page: () => WebContents | null): void {
  ipcMain.handle('hummingdeck', async (event, name: unknown, input: unknown): Promise<Result<unknown>> => {
    if (!isOwnPage(event, page())) return refuse('This page may not use Hummingdeck.');
    if (typeof name !== 'string' || !Object.hasOwn(contract, name)) return refuse('There is no such call.');
    const call = name as CallName;
    const parsed = contract[call].input.safeParse(input);
    if (!parsed.success) return refuse('The request is not of the expected form.', describe(parsed.error.issues));
    try {
      const handler = handlers[call] as (input: unknown) => unknown;
      return { ok: true, value: await handler(parsed.data) };
    } catch (thrown) {
      return { ok: false, error: toAppError(thrown) };
    }
  });
}

/** Opens a channel and hands one end to the page under `name`. */
export function openPort(page: WebContents, name: string): MessagePortMain {
  const { port1, port2 } = new MessageChannelMain();
  page.postMessage('hummingdeck-port', name, [port1]);
  port2.start();
  return port2;
}

function isOwnPage(event: IpcMainInvokeEvent, page: WebContents | null): boolean {
  const frame = event.senderFrame;
  return !!page && !!frame && event.sender === page && frame === page.mainFrame && frame.url.startsWith(`${ORIGIN}/`);
}

function refuse(message: string, cause?: string): Result<never> {
  return { ok: false, error: { code: 'INVALID', message, cause } };
}

function describe(issues: readonly { path: PropertyKey[]; message: string }[]): string {
  return issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
}
