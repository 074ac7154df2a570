import type { Context } from './base';
import { runText } from './script';

export interface Terminal {
  write(text: string): void;
  /** Runs later, unless the shell is gone. Gives the canceller. */
  after(ms: number, run: () => void): () => void;
  end(code: number): void;
}
/** An interactive shell at a terminal: line editing, history, Ctrl-C, Ctrl-D. */
export interface Shell {
  type(data: string): void;
  resize(cols: number, rows: number): void;
}

export function startShell(context: Context, terminal: Terminal): Shell {
  let line = '';
  let cursor = 0;
  let history: string[] = [];
  let at = 0;
  let stop: (() => void) | null = null;
  let held = '';
  let over = false;

  const prompt = () => `bot@${context.pod}:${context.cwd.replace(/^\/home\/hummingbot(?=\/|$)/, '~')}$ `;
  const write = (text: string) => terminal.write(text);
  /** A terminal wants a carriage return at each line's end. */
  const print = (text: string) => write(text.replace(/\n/g, '\r\n'));
  function fresh(): void {
    line = '';
    cursor = 0;
    at = history.length;
    write(prompt());
  }
  function show(): void {
    const back = line.length - cursor;
    write(`\r${prompt()}${line}\x1b[K${back > 0 ? `\x1b[${back}D` : ''}`);
  }
  function leave(code: number): void {
    over = true;
    terminal.end(code);
  }

  function enter(): void {
    write('\r\n');
    const text = line.trim();
    if (text === '') return fresh();
    history = [...history.filter((one) => one !== text), text].slice(-100);
    const result = runText(context, text);
    context.last = result.code;
    const done = () => {
      stop = null;
      print(result.err + result.out);
      if (result.exits) {
        if (/^logout|^exit/.test(text)) write('exit\r\n');
        return leave(result.code);
      }
      fresh();
      const typed = held;
      held = '';
      if (typed) type(typed);
    };
    if (result.sleeps > 0) stop = terminal.after(result.sleeps * 1000, done);
    else done();
  }
  function put(text: string): void {
    line = line.slice(0, cursor) + text + line.slice(cursor);
    cursor += text.length;
    if (cursor === line.length) write(text);
    else show();
  }
  function recall(step: number): void {
    at = Math.max(0, Math.min(history.length, at + step));
    line = history[at] ?? '';
    cursor = line.length;
    show();
  }
  function key(char: string): void {
    if (char === '\r' || char === '\n') return enter();
    if (char === '\x03') {
      write('^C\r\n');
      context.last = 130;
      return fresh();
    }
    if (char === '\x04') {
      if (line !== '') return;
      write('exit\r\n');
      return leave(context.last ?? 0);
    }
    if (char === '\x7f' || char === '\b') {
      if (cursor === 0) return;
      line = line.slice(0, cursor - 1) + line.slice(cursor);
      cursor--;
      if (cursor === line.length) write('\b \b');
      else show();
    } else if (char === '\x15') {
      line = line.slice(cursor);
      cursor = 0;
      show();
    } else if (char === '\x17') {
      const kept = line.slice(0, cursor).replace(/\S+\s*$/, '');
      line = kept + line.slice(cursor);
      cursor = kept.length;
      show();
    } else if (char === '\x01') move(-cursor);
    else if (char === '\x05') move(line.length - cursor);
    else if (char === '\x0c') {
      write('\x1b[H\x1b[2J');
      show();
    } else if (char >= ' ' && char !== '\x7f') put(char);
  }
  function move(by: number): void {
    cursor = Math.max(0, Math.min(line.length, cursor + by));
    show();
  }
  const ARROWS: Record<string, () => void> = {
    A: () => recall(-1),
    B: () => recall(1),
    C: () => move(1),
    D: () => move(-1),
    H: () => move(-cursor),
    F: () => move(line.length - cursor),
  };

  function type(data: string): void {
    for (let i = 0; i < data.length && !over; i++) {
      if (stop) {
        // A program runs: only Ctrl-C reaches it, the rest waits.
        if (data[i] !== '\x03') {
          held += data[i];
          continue;
        }
        stop();
        stop = null;
        held = '';
        write('^C\r\n');
        context.last = 130;
        fresh();
        continue;
      }
      const sequence = /^\x1b(?:\[[0-9;?]*([A-Za-z~])|O([A-Z]))/.exec(data.slice(i));
      if (sequence) {
        ARROWS[sequence[1] ?? sequence[2] ?? '']?.();
        i += sequence[0].length - 1;
      } else if (data[i] !== '\x1b') key(data[i]!);
    }
  }

  write(prompt());
  return {
    type,
    resize(cols, rows) {
      context.size = { cols, rows };
    },
  };
}
