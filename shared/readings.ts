/** Most rows a window can tell to be in view. */
export const MOST_IN_VIEW = 200;
/** An id of a row: cluster, kind, namespace and name. */
export const LONGEST_ROW_ID = 800;
