/** Kubernetes' amounts (apimachinery `resource.Quantity`): `250m`, `768Mi`, `2Gi`, `1e3`. */
const FORM = /^([+-]?\d*\.?\d+|[+-]?\d+\.)(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?$/;
const UNITS: Record<string, number> = { n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 };
const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

export const isQuantity = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && FORM.test(value));

/** In whole units: cores, bytes. What is no amount counts as 0. */
export function amountOf(value: unknown): number {
  if (typeof value === 'number') return value;
  const match = FORM.exec(String(value ?? ''));
  if (!match) return 0;
  const [, digits, unit = '', exponent] = match;
  const number = Number(digits);
  if (exponent !== undefined) return number * 10 ** Number(exponent);
  const binary = BINARY.indexOf(unit);
  return binary >= 0 ? number * 1024 ** (binary + 1) : number * (UNITS[unit] ?? 1);
}

/** As a server writes sums: `768Mi`, `1536Mi`, `250m`, `3`. */
export function quantityText(resource: string, amount: number): string {
  if (resource.includes('cpu')) return Number.isInteger(amount) ? String(amount) : `${Math.round(amount * 1000)}m`;
  if (!/memory|storage/.test(resource) || amount === 0) return String(amount);
  for (let power = BINARY.length; power > 0; power--)
    if (amount % 1024 ** power === 0) return `${amount / 1024 ** power}${BINARY[power - 1]}`;
  return String(amount);
}
