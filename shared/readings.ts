/** What became of a "read now". */
export interface ReadNow {
  read: number;
  notRead: number;
  /** Why the first of those was not, '' when all were. */
  why: string;
}

/** Most rows a window can tell to be in view, and most bots one press can ask for. */
export const MOST_IN_VIEW = 200;
export const MOST_READ = 1_000;
/** Readings by exec: at most so many a minute for the whole fleet, whoever asks for them. */
export const READINGS_A_MINUTE = 30;
/** An id of a row: cluster, kind, namespace and name. */
export const LONGEST_ROW_ID = 800;
