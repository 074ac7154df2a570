import { cleanText } from '../../shared/clean';
import type { StatefulSet } from '../cluster/objects';
import { ANNOTATION } from './format';

/** A pod that the trader made Kubernetes forget without anyone having seen its end: it may trade on, unseen. */
export interface GivenUp {
  /** Of the pod. */
  uid: string;
  node: string;
  /** When it was given up, ms since 1970 by the machine that did it. */
  at: number;
}

export const givenUpText = (given: GivenUp): string => JSON.stringify(given);

/** What the workload's annotation says of one; null: none, or not readable. */
export function givenUpOf(workload: StatefulSet): GivenUp | null {
  const text = workload.metadata.annotations?.[ANNOTATION.givenUp];
  if (!text) return null;
  try {
    const raw = JSON.parse(text) as Partial<Record<keyof GivenUp, unknown>> | null;
    if (!raw || typeof raw.uid !== 'string' || typeof raw.node !== 'string') return null;
    const at = typeof raw.at === 'number' && Math.abs(raw.at) < 8.64e15 ? raw.at : 0;
    return { uid: cleanText(raw.uid, 80), node: cleanText(raw.node, 253), at };
  } catch {
    return null;
  }
}
