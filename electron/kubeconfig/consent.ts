import type { ConsentRequest } from '../../shared/events';

export interface AllowedCommands {
  has(hash: string): boolean;
  add(hash: string): void;
}

/** Asks before a command line runs for the first time: one question for all who wait, and no second one after a no. */
export interface ConsentGate {
  /** `request.id` is the command line's hash. */
  ask(request: ConsentRequest): Promise<boolean>;
  /** Forgets refusals, so that the next use asks again ("try again", or turning a context on). */
  askAgain(): void;
  dispose(): void;
}

export function createConsentGate(from: {
  consent: (request: ConsentRequest) => Promise<boolean>;
  allowed: AllowedCommands;
}): ConsentGate {
  const waiting = new Map<string, Promise<boolean>>();
  const refused = new Set<string>();
  let disposed = false;
  return {
    ask(request) {
      if (disposed || refused.has(request.id)) return Promise.resolve(false);
      if (from.allowed.has(request.id)) return Promise.resolve(true);
      const pending = waiting.get(request.id);
      if (pending) return pending;
      const question = (async () => {
        try {
          const yes = (await from.consent(request)) === true && !disposed;
          if (yes) from.allowed.add(request.id);
          else refused.add(request.id);
          return yes;
        } finally {
          waiting.delete(request.id);
        }
      })();
      waiting.set(request.id, question);
      return question;
    },
    askAgain: () => refused.clear(),
    dispose() {
      disposed = true;
    },
  };
}
