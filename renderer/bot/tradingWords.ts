import type { TradingReading } from '../../shared/rows';
import type { Tone } from '../ui/Chip.svelte';
import { words } from './words';

/** Shape and word say what the colour says. */
export const tradingLooks: Record<TradingReading['state'], { tone: Tone; shape: string; word: string }> = {
  trading: { tone: 'good', shape: '●', word: 'Trading' },
  idle: { tone: 'warn', shape: '○', word: 'Idle' },
  starting: { tone: 'info', shape: '◔', word: 'Starting' },
  unknown: { tone: 'unknown', shape: '?', word: 'Not known' },
};

/** `+1,234.57 USDT`; small amounts keep their first digits. null: not known. */
export function amountText(value: number | null, quote: string, signed = false): string {
  if (value === null) return words.notKnown;
  const digits = value !== 0 && Math.abs(value) < 1 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 2 };
  const text = new Intl.NumberFormat('en-US', {
    ...digits,
    signDisplay: signed ? 'exceptZero' : 'auto',
  }).format(value);
  return [text, quote].filter(Boolean).join(' ');
}
