import type { AppEvent } from '../shared/events';
import { createRowWire } from './rowWire';

/** The part of a MessagePort that events need. */
export interface EventPort {
  postMessage(event: AppEvent): void;
  close(): void;
}

export interface EventHub {
  emit(event: AppEvent): void;
  /** Replaces the page's port (a reload makes a new one) and brings it up to date. */
  connect(port: EventPort): void;
}

/** Everything main tells the page by itself, in order, over one port. Without a page nothing is sent. */
export function createEventHub(everything: () => AppEvent[]): EventHub {
  let port: EventPort | null = null;
  let wire = createRowWire();
  return {
    emit: (event) => port?.postMessage(wire(event)),
    connect(next) {
      port?.close();
      port = next;
      wire = createRowWire();
      for (const event of everything()) next.postMessage(wire(event));
    },
  };
}
