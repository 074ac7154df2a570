import type { CallName, Input, Output } from '../../shared/contract';
import { Failure } from '../../shared/errors';
import type { Transport } from '../bridge/transport';

let transport: Transport | null = null;
const waiting = new Map<string, (port: MessagePort) => void>();
const arrived = new Map<string, MessagePort>();

/** Tells the renderer its far end, once, before anything is called. Gives back how to let go of it. */
export function useTransport(next: Transport): () => void {
  transport = next;
  const stop = next.onPort((name, port) => {
    const take = waiting.get(name);
    waiting.delete(name);
    if (take) take(port);
    else arrived.set(name, port);
  });
  return () => {
    stop();
    transport = null;
    waiting.clear();
    arrived.clear();
  };
}

export const api = {
  /** One call of the contract. Throws `Failure` with the far end's error. */
  async call<N extends CallName>(name: N, input: Input<N>): Promise<Output<N>> {
    if (!transport) throw new Failure({ code: 'INTERNAL', message: 'The window is not connected to Hummingdeck yet.' });
    const result = await transport.invoke(name, input);
    if (!result.ok) throw new Failure(result.error);
    return result.value as Output<N>;
  },
  /** The port named so (`events`, `session:ID`), whether it came already or comes later. Each port is given once. */
  port(name: string): Promise<MessagePort> {
    const port = arrived.get(name);
    arrived.delete(name);
    return port ? Promise.resolve(port) : new Promise((resolve) => waiting.set(name, resolve));
  },
};
