/** Kubernetes' rule for a namespace's name: an RFC 1123 label, `IsDNS1123Label` of apimachinery. */
const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Names separated by blanks or commas. `bad` is the first that can't be a namespace, or ''. */
export function parseNamespaces(text: string): { names: string[]; bad: string } {
  const names = [...new Set(text.split(/[\s,]+/).filter(Boolean))];
  return { names, bad: names.find((name) => !label.test(name)) ?? '' };
}
