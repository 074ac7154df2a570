import type { ConsentRequest } from '../shared/events';

export interface ConsentDesk {
  /** Resolves with the trader's word; waits as long as it takes. */
  ask(request: Omit<ConsentRequest, 'id'>): Promise<boolean>;
  answer(id: string, allow: boolean): void;
  waiting(): ConsentRequest[];
}

/** Questions about sign-in plugins, waiting for the trader. `changed` is told whenever the list is another one. */
export function createConsentDesk(newId: () => string, changed: (waiting: ConsentRequest[]) => void): ConsentDesk {
  const open = new Map<string, { request: ConsentRequest; resolve: (allow: boolean) => void }>();
  const waiting = () => [...open.values()].map(({ request }) => request);
  return {
    waiting,
    ask: (question) =>
      new Promise((resolve) => {
        const request = { ...question, id: newId() };
        open.set(request.id, { request, resolve });
        changed(waiting());
      }),
    answer(id, allow) {
      const asked = open.get(id);
      if (!asked) return;
      open.delete(id);
      asked.resolve(allow);
      changed(waiting());
    },
  };
}
