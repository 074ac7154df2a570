/** What a bot's container uses, as the cluster's metrics server last measured it. */
export interface Usage {
  /** Cores, over the time the server measures (its `window`). */
  cpu: number;
  /** Cores; null: no limit is set. */
  cpuLimit: number | null;
  /** Bytes that can't be given back (working set). */
  memory: number;
  /** Bytes; null: no limit is set. */
  memoryLimit: number | null;
  /** When it was measured, ms since 1970 by the cluster's clock. */
  at: number;
}

/** Told apart from the rows, for rows in view alone. */
export interface MetricsNews {
  /** By row id. */
  usage: Record<string, Usage>;
  /** Clusters that were asked, and why nothing came, as a sentence; '' where it did. */
  clusters: Record<string, string>;
}
