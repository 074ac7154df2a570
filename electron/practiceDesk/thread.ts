import { Worker } from 'node:worker_threads';
import type { PracticeWorker } from './desk';

/** Starts the practice clusters' thread from its built file. */
export function startThread(file: string): PracticeWorker {
  const worker = new Worker(file);
  let why = '';
  let ended = false;
  worker.on('error', (error) => (why = error.stack ?? error.message));
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    onMessage: (handler) => void worker.on('message', handler),
    onGone: (handler) => void worker.on('exit', (code) => ended || handler(why || `exit code ${code}`)),
    end() {
      ended = true;
      void worker.terminate();
    },
  };
}
