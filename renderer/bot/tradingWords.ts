import { diskText, holderOf, type DiskReading } from '../../shared/disk';
import type { TradingReading } from '../../shared/rows';
import type { Tone } from '../ui/Chip.svelte';
import { age } from './advice';
import { words } from './words';

/** Shape and word say what the colour says. */
export const tradingLooks: Record<TradingReading['state'], { tone: Tone; shape: string; word: string }> = {
  trading: { tone: 'good', shape: '●', word: 'Trading' },
  idle: { tone: 'warn', shape: '○', word: 'Idle' },
  starting: { tone: 'info', shape: '◔', word: 'Starting' },
  unknown: { tone: 'unknown', shape: '?', word: 'Not known' },
};

// Made once: a formatter costs far more than what it formats.
const formatters = [true, false].map((small) =>
  (['exceptZero', 'auto'] as const).map(
    (signDisplay) =>
      new Intl.NumberFormat('en-US', {
        ...(small ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 2 }),
        signDisplay,
      }),
  ),
);

/** `+1,234.57 USDT`; small amounts keep their first digits. null: not known. */
export function amountText(value: number | null, quote: string, signed = false): string {
  if (value === null) return words.notKnown;
  const small = value !== 0 && Math.abs(value) < 1;
  const text = formatters[small ? 0 : 1]![signed ? 0 : 1]!.format(value);
  return [text, quote].filter(Boolean).join(' ');
}

/** How full what holds the bot's data is, and whose that is as far as it is known: `1.2 of 2 GiB used, read 40s ago`. */
export function diskFact(disk: DiskReading, now: number): { label: string; value: string; title: string } {
  const holder = holderOf(disk);
  const value = `${diskText(disk)}, ${words.readAgo(age(disk.at, now))}`;
  return { label: words.disk[holder], value, title: words.diskHelp[holder] };
}
