import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState, StateEffect, StateField, type Extension } from '@codemirror/state';
import {
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  type DecorationSet,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Issue } from '../../shared/bots';

/** Colours by the tokens' names, so that light and dark need no second theme. */
const theme = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'transparent', fontSize: 'var(--text-s)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.6', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--accent)', padding: '4px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--text-faint)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--text) 5%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 30%, transparent)',
  },
  '.cm-selectionMatch': { backgroundColor: 'var(--accent-soft)' },
  '.cm-issue-error': { backgroundColor: 'var(--bad-soft)' },
  '.cm-issue-warning': { backgroundColor: 'var(--warn-soft)' },
  '.cm-tooltip, .cm-panels': {
    backgroundColor: 'var(--raised)',
    color: 'var(--text)',
    border: '1px solid var(--line-strong)',
  },
  '.cm-diagnostic': { fontFamily: 'var(--font-ui)', fontSize: 'var(--text-s)' },
  '.cm-panels button, .cm-panels input': { fontFamily: 'var(--font-ui)' },
  '.cm-textfield': { backgroundColor: 'var(--sunken)', border: '1px solid var(--line-strong)' },
  '.cm-button': { backgroundImage: 'none', backgroundColor: 'var(--surface)', border: '1px solid var(--line-strong)' },
  '.cm-changedLine': { backgroundColor: 'var(--good-soft) !important' },
  '&.cm-merge-a .cm-changedLine': { backgroundColor: 'var(--bad-soft) !important' },
  '.cm-deletedChunk, .cm-deletedLine': { backgroundColor: 'var(--bad-soft) !important' },
  '.cm-changedText': { background: 'none !important', borderBottom: '2px solid var(--good)' },
  '&.cm-merge-a .cm-changedText': { borderBottomColor: 'var(--bad)' },
  '.cm-deletedText': { background: 'none !important', borderBottom: '2px solid var(--bad)' },
  '.cm-collapsedLines': { background: 'var(--surface) !important', color: 'var(--text-dim)' },
  // CodeMirror's own marks are in no font of ours.
  '.cm-collapsedLines:before, .cm-collapsedLines:after': { content: '"⋯" !important' },
});

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--info)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--text-faint)', fontStyle: 'italic' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--good)' },
  { tag: [tags.keyword, tags.typeName, tags.labelName, tags.meta], color: 'var(--unknown)' },
  { tag: [tags.separator, tags.punctuation, tags.squareBracket, tags.brace], color: 'var(--text-dim)' },
]);

export interface Mark {
  /** 1-based. */
  line: number;
  severity: Issue['severity'];
  message: string;
}

const setMarks = StateEffect.define<readonly Mark[]>();
const markField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = marks.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(setMarks)) continue;
      const doc = transaction.state.doc;
      const lines = new Map<number, Mark['severity']>();
      for (const { line, severity } of effect.value)
        if (line >= 1 && line <= doc.lines && lines.get(line) !== 'error') lines.set(line, severity);
      const sorted = [...lines].sort(([a], [b]) => a - b);
      next = Decoration.set(
        sorted.map(([line, severity]) => Decoration.line({ class: `cm-issue-${severity}` }).range(doc.line(line).from)),
      );
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Look, YAML and line numbers; shared by the editor, its comparisons and the read-only views. */
export const yamlBase: Extension = [theme, syntaxHighlighting(colours), yaml(), lineNumbers(), markField];

/** A view that is read but not written: it can be scrolled and searched by keyboard and says its name. */
export const readOnly = (label: string): Extension => [
  EditorState.readOnly.of(true),
  EditorView.editable.of(false),
  EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': label, 'aria-readonly': 'true' }),
  keymap.of(searchKeymap),
];

/** What makes it an editor. Tab indents; Escape, then Tab leaves it (CodeMirror's own rule). */
export const editing = (label: string, changed: (text: string) => void): Extension => [
  history(),
  drawSelection(),
  bracketMatching(),
  indentUnit.of('  '),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  highlightSelectionMatches(),
  lintGutter(),
  EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': label }),
  EditorView.updateListener.of((update) => {
    if (update.docChanged) changed(update.state.doc.toString());
  }),
  keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, ...lintKeymap, indentWithTab]),
];

/** Marks whole lines. */
export function markLines(view: EditorView, marks: readonly Mark[]): void {
  view.dispatch({ effects: setMarks.of(marks) });
}

/** Marks lines and gives each mark its words, in the gutter and on hover. */
export function showIssues(view: EditorView, marks: readonly Mark[]): void {
  const doc = view.state.doc;
  const diagnostics = marks
    .filter(({ line }) => line >= 1 && line <= doc.lines)
    .map(({ line, severity, message }): Diagnostic => {
      const { from, to } = doc.line(line);
      return { from, to, severity, message };
    });
  view.dispatch({ effects: setMarks.of(marks) });
  view.dispatch(setDiagnostics(view.state, diagnostics));
}

/** Replaces the text where it differs, keeping what is the same at both ends, so that caret and scroll stay. */
export function setText(view: EditorView, text: string): void {
  const old = view.state.doc.toString();
  if (old === text) return;
  let from = 0;
  while (from < old.length && from < text.length && old[from] === text[from]) from++;
  let end = 0;
  while (end < old.length - from && end < text.length - from && old.at(-1 - end) === text.at(-1 - end)) end++;
  view.dispatch({ changes: { from, to: old.length - end, insert: text.slice(from, text.length - end) } });
}
