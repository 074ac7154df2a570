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

/** The annotation's value: several may be lost one after another, and none is forgotten for the next. */
export const givenUpText = (given: readonly GivenUp[]): string => JSON.stringify(given);

/** What the workload's annotation says of them, the oldest first; none where nothing of it is readable. */
export function givenUpOf(workload: StatefulSet): GivenUp[] {
  const text = workload.metadata.annotations?.[ANNOTATION.givenUp];
  if (!text) return [];
  try {
    const raw = JSON.parse(text) as unknown;
    // One alone stood there without a list around it at first.
    return (Array.isArray(raw) ? raw : [raw]).flatMap(readOne);
  } catch {
    return [];
  }
}

/** The same with one more; a pod that is given up twice keeps its first time. */
export const withGivenUp = (known: readonly GivenUp[], one: GivenUp): GivenUp[] =>
  known.some(({ uid }) => uid === one.uid) ? [...known] : [...known, one];

function readOne(raw: Partial<Record<keyof GivenUp, unknown>> | null): GivenUp[] {
  if (!raw || typeof raw.uid !== 'string' || typeof raw.node !== 'string') return [];
  const at = typeof raw.at === 'number' && Math.abs(raw.at) < 8.64e15 ? raw.at : 0;
  return [{ uid: cleanText(raw.uid, 80), node: cleanText(raw.node, 253), at }];
}
