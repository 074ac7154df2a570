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

/** Several may be lost one after another: none may be forgotten for the next. */
export const givenUpText = (given: readonly GivenUp[]): string => JSON.stringify(given);

/**
 * What the workload's annotation says of them, oldest first; one that can't be read counts as one on a node that is not known (''), for
 * something was given up. Before there could be several it was a single object.
 */
export function givenUpOf(workload: StatefulSet): GivenUp[] {
  const text = workload.metadata.annotations?.[ANNOTATION.givenUp];
  if (!text) return [];
  try {
    const raw = JSON.parse(text) as unknown;
    return (Array.isArray(raw) ? raw : [raw]).map(readOne);
  } catch {
    return [UNREADABLE];
  }
}

/** The same with one more; a pod that is given up twice keeps its first time. */
export const withGivenUp = (known: readonly GivenUp[], one: GivenUp): GivenUp[] =>
  known.some(({ uid }) => uid === one.uid) ? [...known] : [...known, one];

const UNREADABLE: GivenUp = { uid: '', node: '', at: 0 };

function readOne(value: unknown): GivenUp {
  const raw = value as Partial<Record<keyof GivenUp, unknown>> | null;
  if (!raw || typeof raw.uid !== 'string' || typeof raw.node !== 'string') return UNREADABLE;
  const at = typeof raw.at === 'number' && Math.abs(raw.at) < 8.64e15 ? raw.at : 0;
  return { uid: cleanText(raw.uid, 80), node: cleanText(raw.node, 253), at };
}
