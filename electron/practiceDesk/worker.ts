import { parentPort } from 'node:worker_threads';
import { systemClock } from '../cluster/clock';
import { hostPractice } from './host';

/** The practice clusters' own thread: however many bots there are, the window's process is never held up by them. */
if (parentPort) hostPractice(parentPort, systemClock);
