/** Where sign-ins see single namespaces only, so many of the cluster's are watched, three watches each; docs/budget.md publishes it. */
export const WATCHED_NAMESPACES = 3;
