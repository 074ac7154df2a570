import { LABEL } from '../bot/format';
import type { StatefulSet } from '../cluster/objects';
import { keyOf, type Store } from './store';

/** Who says whether a bot may be shown. */
export interface Gate {
  /** Asked of each bot that comes; those whose pods no label finds are then looked for. */
  admit(workload: StatefulSet): boolean;
  /** Asked again of one that waits. */
  knows(workload: StatefulSet): boolean;
  /** Only bots with these uids are left. */
  keep(uids: ReadonlySet<string>): void;
}

export interface ShelfOptions {
  table: Store<StatefulSet>;
  sources: { watch: string; byHand: string };
  gate: Gate;
}

const isLabelled = ({ metadata }: StatefulSet) => metadata.labels?.[LABEL.bot] !== undefined;

/**
 * The bots of one scope on their way into the table, as the watch tells of them, and looks and single questions of those it does not tell of.
 * One waits until it may be shown; one that is shown goes on being shown as it was until then, and never goes because another source
 * takes it over.
 */
export function createShelf({ table, sources, gate }: ShelfOptions) {
  const waiting = new Map<string, { source: string; item: StatefulSet }>();
  /** Keys of what each source tells, waiting or shown. */
  let watched = new Set<string>();
  const byHand = new Set<string>();

  function put(source: string, item: StatefulSet): void {
    waiting.delete(keyOf(item));
    if (gate.admit(item)) show(source, item);
    else waiting.set(keyOf(item), { source, item });
  }
  function show(source: string, item: StatefulSet): void {
    const key = keyOf(item);
    // What was just asked for is the server's word of now, even where its versions went back (restored from a backup).
    if (source === sources.byHand && isOlder(table.get(key), item)) table.remove(source, item);
    table.upsert(source, item);
    if (source === sources.watch) letGo(key);
  }
  function letGo(key: string): void {
    if (!byHand.delete(key)) return;
    if (waiting.get(key)?.source === sources.byHand) waiting.delete(key);
    const shown = table.get(key);
    if (shown) table.remove(sources.byHand, shown);
  }
  /** What is shown stays, as no watch tells of it any more. */
  function hold(key: string): void {
    byHand.add(key);
    const shown = table.get(key);
    if (shown) table.upsert(sources.byHand, shown);
  }
  const current = (key: string) => waiting.get(key)?.item ?? table.get(key);
  function isByHand(key: string): boolean {
    const item = current(key);
    return item !== undefined && !isLabelled(item);
  }

  return {
    /** The watch's whole list. `whole`: of all workloads; else gives the keys of those that it no longer tells of, which are held. */
    replace(bots: StatefulSet[], whole: boolean): string[] {
      const before = watched;
      watched = new Set(bots.map(keyOf));
      for (const [key, { source }] of waiting) if (source === sources.watch || watched.has(key)) waiting.delete(key);
      const ready = bots.flatMap((item) => {
        if (gate.admit(item)) return [item];
        waiting.set(keyOf(item), { source: sources.watch, item });
        const shown = table.get(keyOf(item));
        return shown?.metadata.uid === item.metadata.uid ? [shown] : [];
      });
      const missing = whole ? [] : [...before].filter((key) => !watched.has(key));
      for (const key of missing) hold(key);
      table.replace(sources.watch, ready);
      for (const key of [...byHand]) if (whole || watched.has(key)) letGo(key);
      return missing;
    },
    /** The watch told of a bot. */
    told(item: StatefulSet): void {
      watched.add(keyOf(item));
      put(sources.watch, item);
    },
    /** It is none, or no longer there. */
    gone(item: StatefulSet): void {
      watched.delete(keyOf(item));
      waiting.delete(keyOf(item));
      table.remove(sources.watch, item);
    },
    /** The watch tells of it no longer; it may still be there. */
    doubted(item: StatefulSet): void {
      watched.delete(keyOf(item));
      waiting.delete(keyOf(item));
      hold(keyOf(item));
      table.remove(sources.watch, item);
    },
    /** Bots without the label, all of them; but of some there is newer word. */
    found(bots: StatefulSet[], isNewer: (key: string) => boolean): void {
      const named = new Set(bots.map(keyOf));
      for (const item of bots) {
        if (watched.has(keyOf(item)) || isNewer(keyOf(item))) continue;
        byHand.add(keyOf(item));
        put(sources.byHand, item);
      }
      for (const key of [...byHand]) if (!named.has(key) && !isNewer(key)) letGo(key);
    },
    /** One of them, asked for by name. One with the label is the watch's to tell of. */
    foundOne(item: StatefulSet): void {
      if (watched.has(keyOf(item)) || isLabelled(item)) return;
      byHand.add(keyOf(item));
      put(sources.byHand, item);
    },
    lost: letGo,
    /** From now on the watch tells of labelled ones only. */
    narrow(): void {
      for (const key of [...watched]) {
        const item = current(key);
        if (item && isLabelled(item)) continue;
        watched.delete(key);
        if (item) hold(key);
        const waits = waiting.get(key);
        if (waits) waits.source = sources.byHand;
      }
    },
    release(): void {
      for (const [key, { source, item }] of waiting) {
        if (!gate.knows(item)) continue;
        waiting.delete(key);
        show(source, item);
      }
    },
    /** Whether the narrow watch leaves out any bot made by hand. Asked with each word of a watch, so of the few alone. */
    anyUnwatched(): boolean {
      for (const key of byHand) if (isByHand(key)) return true;
      return false;
    },
    /** Whether there are bots made by hand. */
    anyByHand: () => [...byHand, ...watched].some(isByHand),
    /** Keys of what the watch does not tell of. */
    byHand: byHand as ReadonlySet<string>,
    uids: () =>
      new Set(
        [...watched, ...byHand].flatMap((key) => {
          const items = [table.get(key), waiting.get(key)?.item];
          return items.flatMap((item) => item?.metadata.uid ?? []);
        }),
      ),
    settled: () => waiting.size === 0,
  };
}

function isOlder(known: StatefulSet | undefined, item: StatefulSet): boolean {
  return (
    known?.metadata.uid === item.metadata.uid &&
    Number(known.metadata.resourceVersion) > Number(item.metadata.resourceVersion)
  );
}
