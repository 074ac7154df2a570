import type { Bridge } from '../../shared/contract';
import type { Result } from '../../shared/errors';

/** The far end as the renderer sees it. Injected: the app's preload, or a scripted far end in a plain browser. */
export interface Transport {
  invoke(name: string, input: unknown): Promise<Result<unknown>>;
  /** Called for every port that arrives; gives back how to end that. */
  onPort(listener: (name: string, port: MessagePort) => void): () => void;
}

declare global {
  interface Window {
    hummingdeck?: Bridge;
  }
}

/** The app's own far end: preload's bridge, ports as messages of this very window. */
export function preloadTransport(page: Window, bridge: Bridge): Transport {
  return {
    invoke: (name, input) => bridge.invoke(name, input),
    onPort(listener) {
      const receive = (event: MessageEvent) => {
        const name: unknown = event.data?.hummingdeckPort;
        const port = event.ports[0];
        // Only the window itself (its preload) hands out ports; a frame or another window is not believed.
        if (event.source !== page || typeof name !== 'string' || !port) return;
        listener(name, port);
      };
      page.addEventListener('message', receive);
      return () => page.removeEventListener('message', receive);
    },
  };
}
