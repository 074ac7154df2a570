/** What the menus of columns, views and copies say. */
export const viewWords = {
  columns: 'Columns',
  columnsTitle: 'Choose columns, their order and their width',
  edge: 'Drag to set the width; double click: by its texts',
  columnsHelp: 'Space: show or hide · Alt ↑ ↓: move · ← →: width · Backspace: width by its texts',
  columnsReset: 'Reset columns',
  columnsCommand: 'Choose columns',
  troubleFirst: 'Trouble first, or back',
  fixed: 'The name always stays.',
  byTexts: 'auto',
  px: (width: number) => `${width} px`,
};
