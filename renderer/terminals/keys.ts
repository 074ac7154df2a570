import type { TerminalKind } from '../../shared/terminals';

export type KeyMeaning =
  | 'copy'
  | 'paste'
  | 'find'
  | 'zoomIn'
  | 'zoomOut'
  | 'zoomReset'
  /** Puts the focus on the tab strip, as a terminal keeps Tab and Escape for its program. */
  | 'leave'
  /** The browser's or the app's business: the terminal leaves it alone. */
  | 'app'
  /** Goes to the program. */
  | 'send';

export interface Key {
  key: string;
  code: string;
  ctrlKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

/** What a key pressed inside a terminal means. A log takes no input, so there Tab and the app's own chords stay what they are. */
export function keyMeaning(event: Key, kind: TerminalKind, mac: boolean): KeyMeaning {
  const { ctrlKey: ctrl, shiftKey: shift, altKey: alt, metaKey: meta } = event;
  const chord = mac ? meta && !ctrl && !alt : ctrl && !meta && !alt;
  if (event.key === 'F6' && !ctrl && !alt && !meta) return 'leave';
  if (event.code === 'KeyC' && ((ctrl && shift && !alt && !meta) || (mac && chord && !shift))) return 'copy';
  if (event.code === 'KeyV' && ((ctrl && shift && !alt && !meta) || (mac && chord && !shift))) return 'paste';
  if (event.key === 'Insert' && shift && !ctrl && !alt && !meta) return 'paste';
  if (event.key === 'Insert' && ctrl && !shift && !alt && !meta) return 'copy';
  if (event.code === 'KeyC' && kind === 'log' && chord && !shift) return 'copy';
  if (chord && !shift && event.code === 'KeyF') return 'find';
  if (chord && (event.key === '+' || event.key === '=')) return 'zoomIn';
  if (chord && (event.key === '-' || event.key === '_')) return 'zoomOut';
  if (chord && !shift && event.key === '0') return 'zoomReset';
  if (kind === 'log' && (event.key === 'Tab' || chord || alt)) return 'app';
  if (mac && meta) return 'app';
  return 'send';
}
