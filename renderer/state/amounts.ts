const MI = 1024 ** 2;

/** Bytes as `kubectl top` shows them, e.g. `312Mi`. */
export const mebibytes = (bytes: number): string => `${Math.round(bytes / MI)}Mi`;
/** Cores as `kubectl top` shows them, e.g. `18m`: thousandths of a core. */
export const millicores = (cores: number): string => `${Math.round(cores * 1000)}m`;

/** Bytes for sums, e.g. `61.2 GiB`. */
export const gibibytes = (bytes: number): string => `${tidy(bytes / MI / 1024)} GiB`;
/** Thousandths of a core as cores, e.g. `3.25`. */
export const cores = (milli: number): string => tidy(milli / 1000);

/** One decimal at most from ten on, two below; none where none is needed. */
function tidy(value: number): string {
  const digits = Math.abs(value) >= 10 ? 1 : 2;
  return String(Number(value.toFixed(digits)));
}

/** Whole per cent of a limit; null where there is none. */
export const share = (used: number, limit: number | null): number | null =>
  limit === null || limit <= 0 ? null : Math.round((used / limit) * 100);
