/** A small part of the shell's language: words, quotes, `$VAR`, pipes, lists, redirections to files. */
export interface Command {
  words: string[];
  /** File that takes the output; `append` for `>>`. */
  to: { path: string; append: boolean } | null;
  quiet: { out: boolean; err: boolean };
}
export interface Pipeline {
  commands: Command[];
  /** When it runs, by the code of the one before it. */
  when: 'always' | 'success' | 'failure';
}

interface Token {
  text: string;
  /** An operator rather than a word. */
  operator: boolean;
  /** Quoted: no file names are put in its place. */
  quoted: boolean;
}

/** @throws Error with the shell's words */
export function parseScript(script: string, variable: (name: string) => string): Pipeline[] {
  const list: Pipeline[] = [];
  let when: Pipeline['when'] = 'always';
  let commands: Command[] = [];
  let current = fresh();
  const tokens = tokensOf(script, variable);
  const closeCommand = () => {
    if (current.words.length > 0 || current.to) commands.push(current);
    current = fresh();
  };
  const closePipeline = (next: Pipeline['when']) => {
    closeCommand();
    if (commands.length > 0) list.push({ commands, when });
    commands = [];
    when = next;
  };
  for (let i = 0; i < tokens.length; i++) {
    const { text, operator } = tokens[i]!;
    if (!operator) {
      current.words.push(text);
      continue;
    }
    if (text === '|') closeCommand();
    else if (text === '&&') closePipeline('success');
    else if (text === '||') closePipeline('failure');
    else if (text === ';' || text === '\n') closePipeline('always');
    else if (text === '2>&1') continue;
    else if (/^[12]?>>?$/.test(text)) {
      const target = tokens[++i];
      if (!target || target.operator) throw new Error("syntax error near unexpected token `newline'");
      if (text.startsWith('2')) current.quiet.err = true;
      else if (target.text === '/dev/null') current.quiet.out = true;
      else current.to = { path: target.text, append: text.endsWith('>>') };
    } else throw new Error(`syntax error near unexpected token \`${text}'`);
  }
  closePipeline('always');
  const word = list.flatMap((one) => one.commands).find((one) => CONTROL.has(one.words[0] ?? ''))?.words[0];
  if (word) throw new Error(`\`${word}': loops and conditions are not part of the practice shell`);
  return list;
}
const CONTROL = new Set(['if', 'for', 'while', 'until', 'case', 'function', '{', '(']);
const fresh = (): Command => ({ words: [], to: null, quiet: { out: false, err: false } });

function tokensOf(script: string, variable: (name: string) => string): Token[] {
  const tokens: Token[] = [];
  let word: string | null = null;
  let quoted = false;
  const add = (text: string) => (word = (word ?? '') + text);
  const close = () => {
    if (word !== null) tokens.push({ text: word, operator: false, quoted });
    word = null;
    quoted = false;
  };
  for (let i = 0; i < script.length; i++) {
    const char = script[i]!;
    const rest = script.slice(i);
    if (char === "'") {
      const end = script.indexOf("'", i + 1);
      if (end < 0) throw new Error("unexpected EOF while looking for matching `''");
      add(script.slice(i + 1, end));
      quoted = true;
      i = end;
    } else if (char === '"') {
      let text = '';
      for (i++; i < script.length && script[i] !== '"'; i++) {
        if (script[i] === '\\' && /["\\$`]/.test(script[i + 1] ?? '')) text += script[++i];
        else if (script[i] === '$') {
          const [raw, value] = expand(script.slice(i), variable);
          text += value;
          i += raw - 1;
        } else text += script[i];
      }
      if (i >= script.length) throw new Error('unexpected EOF while looking for matching `"\'');
      add(text);
      quoted = true;
    } else if (char === '\\') add(script[++i] ?? '');
    else if (char === '$') {
      const [raw, value] = expand(rest, variable);
      add(value);
      i += raw - 1;
    } else if (char === '#' && word === null) {
      const end = script.indexOf('\n', i);
      i = end < 0 ? script.length : end - 1;
    } else if (/^[12]?>>?|^2>&1/.test(rest) && (/^[>]/.test(rest) || word === null)) {
      const operator = /^(?:2>&1|[12]?>>?)/.exec(rest)![0];
      close();
      tokens.push({ text: operator, operator: true, quoted: false });
      i += operator.length - 1;
    } else if (/^(&&|\|\||[;|\n()&<`])/.test(rest)) {
      const operator = /^(&&|\|\||.|\n)/.exec(rest)![0];
      close();
      tokens.push({ text: operator, operator: true, quoted: false });
      i += operator.length - 1;
    } else if (/\s/.test(char)) close();
    else add(char);
  }
  close();
  return tokens;
}

/** Length in the script, and what it stands for. */
function expand(rest: string, variable: (name: string) => string): [number, string] {
  const match = /^\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*|[?$#]))/.exec(rest);
  return match ? [match[0].length, variable(match[1] ?? match[2] ?? '')] : [1, '$'];
}
