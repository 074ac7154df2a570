/** The file system that holds a bot's data, as the bot's own container sees it. Bytes. */
export interface DiskReading {
  /** When it was told, ms since 1970 by the cluster's clock. */
  at: number;
  /** What may be written there in all, and what still may be. */
  size: number;
  free: number;
  /** Part of its inodes (files and folders) in use, 0 to 1; null: it does not count them. */
  inodesUsed: number | null;
  /** It is the same that holds the container itself: its node's own disk. */
  node: boolean;
  /** What the bot's workload asks for; null: that does not stand there. */
  asked: number | null;
}

const MI = 1024 ** 2;
/** A file system is a little smaller than its volume; one this much larger is not the volume's own, or more than was asked for. */
const FAR_ABOVE = 1.25;

/** Part that is used, 0 to 1: of its bytes or its inodes, whichever is fuller. */
export const usedOf = ({ size, free, inodesUsed }: DiskReading): number => Math.max(1 - free / size, inodesUsed ?? 0);

/** Whose it is: only what was asked for and is no larger is the volume's own for certain. */
export function holderOf({ node, asked, size }: DiskReading): 'volume' | 'node' | 'larger' | 'unknown' {
  if (node) return 'node';
  if (asked === null) return 'unknown';
  return size > asked * FAR_ABOVE ? 'larger' : 'volume';
}

/** `1.2 of 2 GiB used`, with the inodes where those are fuller. */
export function diskText(disk: DiskReading): string {
  const unit = disk.size >= 1024 * MI ? 'GiB' : 'MiB';
  const amount = (bytes: number) => short(bytes / (unit === 'GiB' ? 1024 * MI : MI));
  const text = `${amount(disk.size - disk.free)} of ${amount(disk.size)} ${unit} used`;
  return onInodes(disk) ? `${text}, ${percent(disk.inodesUsed!)} of its inodes` : text;
}
/** What is left, e.g. `98 MiB left`. */
export function leftText(disk: DiskReading): string {
  if (onInodes(disk)) return `${percent(1 - disk.inodesUsed!)} of its inodes left`;
  return disk.free >= 1024 * MI ? `${short(disk.free / MI / 1024)} GiB left` : `${short(disk.free / MI)} MiB left`;
}

/** More of its inodes is used than of its room. */
export const onInodes = ({ size, free, inodesUsed }: DiskReading): boolean => (inodesUsed ?? 0) > 1 - free / size;
const percent = (part: number): string => `${Math.round(part * 100)} %`;
const short = (value: number): string => String(Number(value.toFixed(value >= 100 ? 0 : 1)));
