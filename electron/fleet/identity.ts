import type { AccessSummary, ConnectionPhase, MissingRight } from '../../shared/rows';

/** One context's view of a cluster that several contexts may lead to. */
export interface View {
  contextId: string;
  phase: ConnectionPhase;
  access: AccessSummary | null;
}
/** Which context watches what; `namespaces` null: the whole cluster. */
export interface Assignment {
  contextId: string;
  namespaces: string[] | null;
}

/**
 * Who watches: of several contexts to one cluster only as many as are needed. A live one that sees everything does it
 * alone; else each namespace goes to the first live context that sees it. Who watches now goes on as long as it is as good
 * as another, so that nothing is listed again for nothing. `views` in the trader's order.
 */
export function assign(views: readonly View[], current: readonly Assignment[]): Assignment[] {
  const live = views.filter((view) => view.phase === 'live');
  const usable = live.length > 0 ? live : views;
  const isCurrent = (view: View) => current.some((one) => one.contextId === view.contextId);
  const order = [...usable].sort((a, b) => Number(isCurrent(b)) - Number(isCurrent(a)));

  const whole = order.filter((view) => seesAll(view)).sort((a, b) => missing(a) - missing(b))[0];
  if (whole) return [{ contextId: whole.contextId, namespaces: null }];

  const given = new Set<string>();
  const assignments: Assignment[] = [];
  for (const view of order) {
    const namespaces = (view.access?.namespaces ?? []).filter((namespace) => !given.has(namespace));
    for (const namespace of namespaces) given.add(namespace);
    if (namespaces.length > 0) assignments.push({ contextId: view.contextId, namespaces });
  }
  if (assignments.length > 0) return assignments;
  return order[0] ? [{ contextId: order[0].contextId, namespaces: null }] : [];
}

/** What is not known is tried with the whole cluster; a refusal leads to the namespaces. */
const seesAll = (view: View) => view.access === null || view.access.namespaces === null;
const missing = (view: View) => view.access?.missing.length ?? Number.MAX_SAFE_INTEGER;

/**
 * What all of them together may do: a right is missing only where none of them has it, as far as namespaces are known by name; elsewhere
 * the server's own refusal tells. `null`: not known yet.
 */
export function combinedAccess(views: readonly View[]): AccessSummary | null {
  const live = views.filter((view) => view.phase === 'live');
  const known = (live.length > 0 ? live : views).flatMap(({ access }) => access ?? []);
  if (known.length <= 1) return known[0] ?? null;
  const keyOf = ({ verb, resource, blocks }: MissingRight) => `${verb} ${resource} ${blocks}`;
  const namespaces = [...new Set(known.flatMap((access) => access.namespaces ?? []))];
  const holds = (access: AccessSummary, key: string, namespace: string | null): boolean => {
    const sees = access.namespaces === null || (namespace !== null && access.namespaces.includes(namespace));
    const lacks = (one: MissingRight) =>
      keyOf(one) === key && (one.namespace === null || namespace === null || one.namespace === namespace);
    return sees && !access.missing.some(lacks);
  };
  const rights = new Map(known.flatMap(({ missing }) => missing.map((right) => [keyOf(right), right] as const)));
  const missing = [...rights].flatMap(([key, right]): MissingRight[] => {
    if (known.some((access) => holds(access, key, null))) return [];
    const named = [
      ...new Set([...namespaces, ...known.flatMap((access) => access.missing.flatMap((one) => one.namespace ?? []))]),
    ];
    const without = named.filter((namespace) => !known.some((access) => holds(access, key, namespace)));
    if (without.length === named.length) return [{ ...right, namespace: null }];
    return without.map((namespace) => ({ ...right, namespace }));
  });
  return { namespaces: known.some((access) => access.namespaces === null) ? null : namespaces, missing };
}

/** The context to act with: live, seeing the namespace, with most rights there; one that sees everything may still only look. */
export function bestFor<T extends View>(views: readonly T[], namespace?: string): T | undefined {
  const sees = (view: T) => !namespace || seesAll(view) || !!view.access?.namespaces?.includes(namespace);
  const lacking = (view: T) =>
    view.access?.missing.filter((right) => !namespace || right.namespace === null || right.namespace === namespace)
      .length ?? Number.MAX_SAFE_INTEGER;
  const rank = (view: T) => {
    const everything = seesAll(view) ? 0 : 1;
    const order = namespace ? [lacking(view), everything] : [everything, lacking(view)];
    return [view.phase === 'live' ? 0 : 1, sees(view) ? 0 : 1, ...order];
  };
  return [...views].sort((a, b) => {
    const [x, y] = [rank(a), rank(b)];
    const at = x.findIndex((value, i) => value !== y[i]);
    return at < 0 ? 0 : x[at]! - y[at]!;
  })[0];
}
