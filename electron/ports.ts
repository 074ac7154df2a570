import type { MessagePortMain } from 'electron';
import type { SessionPort } from './terminals';

/** A MessagePort as a terminal session wants it. */
export function sessionPort(port: MessagePortMain): SessionPort {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (handler) => void port.on('message', ({ data }) => handler(data)),
    onClose: (handler) => void port.on('close', handler),
    close: () => port.close(),
  };
}
