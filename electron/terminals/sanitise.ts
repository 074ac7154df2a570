import { harmlessSgr } from './sgr';

export interface Sanitiser {
  /** Harmless bytes of these bytes; what can only be judged with the next bytes is kept until then. */
  push(data: Uint8Array): Uint8Array;
  /** The end of the stream: what was kept, made whole. */
  end(): Uint8Array;
}

type State = 'ground' | 'escape' | 'intermediate' | 'csi' | 'string';
const LONGEST_COLOUR = 64;
const encoder = new TextEncoder();
/** Anything that needs a look; all else goes through whole. */

const SUSPECT = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/**
 * A log's bytes as harmless text: UTF-8 with colours only. Every escape sequence but a colour (OSC, DCS, APC, PM, SOS,
 * cursor and screen control, also as C1), every control but tab and line end, and bidirectional overrides are left out.
 * Invalid UTF-8 becomes U+FFFD; a carriage return alone is a line end, so that no line can be written over. Line ends
 * leave as CR LF. How the bytes are split between calls makes no difference.
 */
export function createSanitiser(): Sanitiser {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let state: State = 'ground';
  let colour = '';
  let returned = false;

  function take(text: string): string {
    if (state === 'ground' && !returned && !SUSPECT.test(text)) return text.replace(/\n/g, '\r\n');
    let out = '';
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (state === 'ground') out += ground(code, text[i]!);
      else out += sequence(code, text[i]!);
    }
    return out;
  }

  function ground(code: number, char: string): string {
    if (code === 0x0d) {
      returned = true;
      return '';
    }
    const before = returned && code !== 0x0a ? '\r\n' : '';
    returned = false;
    if (code === 0x0a) return '\r\n';
    if (code === 0x1b) state = 'escape';
    else if (code === 0x9b) begin('csi');
    else if (isStringStart(code - 0x40)) state = 'string';
    if (state !== 'ground') return before;
    return before + (code === 0x09 || !isControl(code) ? char : '');
  }

  function begin(next: State): void {
    state = next;
    colour = '';
  }

  /**
   * Inside a sequence nothing is shown; CAN and SUB end it, ESC begins a new one (which also ends a string: ST is
   * `ESC \`), as in every terminal (ECMA-48). A line's end ends it too: what never ends may swallow its line, not the log.
   */
  function sequence(code: number, char: string): string {
    if (code === 0x18 || code === 0x1a) state = 'ground';
    else if (code === 0x1b) state = 'escape';
    else if (code === 0x0a || code === 0x0d) {
      state = 'ground';
      return ground(code, char);
    } else if (state === 'string') {
      if (code === 0x07 || code === 0x9c) state = 'ground';
    } else if (code > 0x7e) {
      state = 'ground';
      return ground(code, char);
    } else if (state === 'escape') afterEscape(code);
    else if (state === 'intermediate') {
      if (code >= 0x30) state = 'ground';
    } else return inCsi(code, char);
    return '';
  }

  function afterEscape(code: number): void {
    if (code === 0x5b) begin('csi');
    else if (isStringStart(code)) state = 'string';
    else if (code >= 0x20) state = code <= 0x2f ? 'intermediate' : 'ground';
  }

  function inCsi(code: number, char: string): string {
    if (code >= 0x40) {
      state = 'ground';
      const kept = char === 'm' && /^[0-9;:]*$/.test(colour) ? harmlessSgr(colour) : null;
      return kept === null ? '' : `\x1b[${kept}m`;
    }
    if (code < 0x20) return '';
    colour = colour.length < LONGEST_COLOUR ? colour + char : '!';
    return '';
  }

  return {
    push: (data) => encoder.encode(take(decoder.decode(data, { stream: true }))),
    end: () => {
      const rest = take(decoder.decode());
      const last = returned ? '\r\n' : '';
      returned = false;
      state = 'ground';
      return encoder.encode(rest + last);
    },
  };
}

/** DCS, SOS, OSC, PM, APC as the second byte of their two-byte form. */
function isStringStart(code: number): boolean {
  return code === 0x50 || code === 0x58 || code === 0x5d || code === 0x5e || code === 0x5f;
}

function isControl(code: number): boolean {
  if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return true;
  return code === 0x061c || code === 0x200e || code === 0x200f || isBidi(code);
}

function isBidi(code: number): boolean {
  return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}
