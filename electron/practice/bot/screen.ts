import type { Viewer } from '../program';

/** Hummingbot's full-screen interface: output and log panes, an input line, a status line. Sends only rows that changed. */
export interface Screen {
  title: string;
  footer: string;
  typed: string;
  say(text: string): void;
  note(text: string): void;
  draw(): void;
  redraw(): void;
  resize(cols: number, rows: number): void;
  attach(viewer: Viewer): () => void;
  viewers(): number;
}

const MOST = 500;

export function createScreen(title: string): Screen {
  const viewers = new Set<Viewer>();
  let [cols, rows] = [80, 24];
  let output: string[] = [];
  let log: string[] = [];
  let before: string[] = [];
  const tell = (text: string) => viewers.forEach((viewer) => viewer.write(text));

  const screen: Screen = {
    title,
    footer: '',
    typed: '',
    say: (text) => void (output = [...output, ...text.split('\n')].slice(-MOST)),
    note: (text) => void (log = [...log, ...text.split('\n')].slice(-MOST)),
    draw() {
      if (viewers.size === 0) return;
      const [width, height] = [Math.max(20, cols), Math.max(6, rows)];
      const left = width >= 100 ? Math.floor((width * 6) / 10) : width;
      const body = height - 4;
      const main = wrapped(output, left, body);
      const side = left < width ? wrapped(log, width - left - 1, body) : [];
      const picture = [`\x1b[7m${screen.title.slice(0, width).padEnd(width)}\x1b[0m`];
      for (let i = 0; i < body; i++) {
        let row = (main[i] ?? '').padEnd(left);
        if (left < width) row += `\x1b[2m|\x1b[0m\x1b[36m${(side[i] ?? '').padEnd(width - left - 1)}\x1b[0m`;
        picture.push(row);
      }
      const typed = screen.typed.slice(-(width - 6));
      picture.push(
        '-'.repeat(width),
        `\x1b[32m>>> \x1b[0m${typed.padEnd(width - 4)}`,
        screen.footer
          .slice(0, width)
          .padEnd(width)
          .slice(0, width - 1),
      );
      let text = '';
      picture.forEach((row, index) => {
        if (before[index] !== row) text += `\x1b[${index + 1};1H${row}`;
      });
      before = picture;
      if (text) tell(`\x1b[?25l${text}\x1b[${height - 1};${5 + typed.length}H\x1b[?25h`);
    },
    redraw() {
      before = [];
      tell('\x1b[2J');
      screen.draw();
    },
    resize(newCols, newRows) {
      if (newCols === cols && newRows === rows) return;
      [cols, rows] = [newCols, newRows];
      screen.redraw();
    },
    attach(viewer) {
      viewers.add(viewer);
      return () => viewers.delete(viewer);
    },
    viewers: () => viewers.size,
  };
  return screen;
}

function wrapped(lines: string[], width: number, height: number): string[] {
  const out: string[] = [];
  for (const line of lines.slice(-height * 2)) {
    if (line.length <= width) out.push(line);
    else for (let from = 0; from < line.length; from += width) out.push(line.slice(from, from + width));
  }
  return out.slice(-height);
}
