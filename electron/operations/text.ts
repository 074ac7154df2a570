import { cleanText } from '../../shared/clean';

/** Several lines from a cluster or a bot as they may stand in the window; whole, as a reading of many orders is one long line. */
export function plain(text: string): string {
  return text
    .split('\n')
    .map((line) => cleanText(line, text.length))
    .join('\n');
}

/** One line of at most `length` characters, for a sentence or a step's detail. */
export function short(text: string, length = 300): string {
  return cleanText(text, length).replace(/\s+/g, ' ').trim();
}

/** `1 order`, `2 orders` */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c` */
export function listed(items: string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
}

/** First letter large, one full stop at the end. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}${/[.!?]$/.test(trimmed) ? '' : '.'}`;
}
