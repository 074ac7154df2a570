/** What the tour says beside its steps. */
export const words = {
  name: 'Guided tour',
  offerTitle: 'New here?',
  offer:
    'The tour walks you through the main job on the practice cluster: watch, deploy, edit, break, mend and stop a bot. Nothing real is touched.',
  take: 'Take the tour (3 minutes)',
  notNow: 'Not now',
  later: 'The tour is there whenever you want it.',
  laterHint: 'Press F1, or Ctrl-K and “Guided tour”.',
  offTitle: 'The practice cluster is off',
  off: 'The tour works on the practice cluster only, so that nothing real is touched.',
  turnOn: 'Turn it on',
  starting: 'The practice cluster is being laid out…',
  count: (at: number, of: number) => `${at} of ${of}`,
  done: 'Done.',
  next: 'Next',
  back: 'Back',
  isFirst: 'This is the first step.',
  skip: 'Skip tour',
  show: 'Show me',
  endTitle: 'That was the main job',
  end: (done: number, of: number) =>
    done === of
      ? 'You have done all of it. The practice cluster stays for trying things out; turn on a real one under Clusters.'
      : `You have done ${done} of ${of} steps; the tour is there again whenever you want it (F1).`,
  finish: 'Finish',
  keys: 'F1 focus, Esc skip',
  settings: 'A walk through the main job on the practice cluster; nothing real is touched. F1 starts it, too.',
  start: 'Start the tour',
};
