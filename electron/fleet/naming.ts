import { basename, dirname } from 'node:path';
import type { ContextChoice, ContextEntry } from './types';

const COLOURS = 10;
export const NO_CHOICE: ContextChoice = { enabled: false, displayName: '', colour: null, namespaces: [] };

/**
 * What each context is called: as the trader named it, else its own name; where several share one (every k3s file calls
 * its context `default`), the file's name stands behind it, so that a confirmation never names two clusters alike.
 */
export function displayNames(
  entries: readonly ContextEntry[],
  choiceOf: (id: string) => ContextChoice,
): Map<string, string> {
  const names = new Map(entries.map((entry) => [entry.id, choiceOf(entry.id).displayName.trim() || entry.name]));
  const widen = (by: (entry: ContextEntry) => string) => {
    const count = new Map<string, number>();
    for (const name of names.values()) count.set(name, (count.get(name) ?? 0) + 1);
    for (const entry of entries) {
      const name = names.get(entry.id)!;
      if ((count.get(name) ?? 0) > 1) names.set(entry.id, by(entry));
    }
  };
  const own = (entry: ContextEntry) => choiceOf(entry.id).displayName.trim() || entry.name;
  widen((entry) => `${own(entry)} (${basename(entry.source.path) || entry.source.kind})`);
  widen((entry) => `${own(entry)} (${basename(dirname(entry.source.path))}/${basename(entry.source.path)})`);
  widen((entry) => `${own(entry)} (${entry.source.path})`);
  return names;
}

/** A colour that does not change from start to start where none was chosen. */
export function colourOf(id: string, choice: ContextChoice): number {
  if (choice.colour !== null) return choice.colour;
  let hash = 0;
  for (let i = 0; i < id.length; i++) hash = (hash * 31 + id.charCodeAt(i)) >>> 0;
  return hash % COLOURS;
}

/** The colour fewest of the contexts that are on have, so that a new one stands out from them. */
export function freshColour(used: readonly number[], preferred: number): number {
  const count = (colour: number) => used.filter((one) => one === colour).length;
  const order = Array.from({ length: COLOURS }, (_, i) => (preferred + i) % COLOURS);
  return order.sort((a, b) => count(a) - count(b))[0]!;
}
