import type { AccessSummary, ConnectionPhase } from '../../shared/rows';

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

/** The context to act with: live, seeing the namespace, with most rights. */
export function bestFor<T extends View>(views: readonly T[], namespace?: string): T | undefined {
  const sees = (view: T) => !namespace || seesAll(view) || !!view.access?.namespaces?.includes(namespace);
  const rank = (view: T) => [view.phase === 'live' ? 0 : 1, sees(view) ? 0 : 1, seesAll(view) ? 0 : 1, missing(view)];
  return [...views].sort((a, b) => {
    const [x, y] = [rank(a), rank(b)];
    const at = x.findIndex((value, i) => value !== y[i]);
    return at < 0 ? 0 : x[at]! - y[at]!;
  })[0];
}
