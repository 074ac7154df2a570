import { setEnabled } from '../clusters/acts';
import { practice as faults } from '../practice/practice.svelte';
import { api } from '../state/api';
import { app, go } from '../state/app.svelte';
import { fleet } from '../state/fleet.svelte';
import { notices } from '../state/notices.svelte';
import { selected } from '../state/selected.svelte';
import { terminals } from '../terminals/tabs.svelte';
import { back, begin, goesOn, isDone, look, next, stepOf, type Course } from './course';
import { onlyPractice, type Seen } from './seen';
import { steps } from './steps';
import { words } from './words';

let course = $state.raw<Course | null>(null);
/** Counts the times the trader asked for the keyboard to be in the card. */
let asked = $state(0);

const context = $derived(fleet.contexts?.contexts.find(({ source }) => source.kind === 'practice'));
const practice = $derived(
  new Set(fleet.clusters.filter((cluster) => cluster.practice && cluster.status.phase === 'live').map(({ id }) => id)),
);

/** What there is to see of practice clusters now. Reading it inside a component follows its changes. */
function see(): Seen {
  const rows = [...fleet.rows.values()];
  const all = {
    screen: app.screen,
    bot: app.params.bot ? fleet.row(app.params.bot) : selected.bot,
    rows,
    broken: rows.filter((row) => faults.faultsOf(row).length > 0).map(({ uid }) => uid),
    operations: fleet.operations,
    terminals: terminals.list.map(({ kind, ref, state }) => ({ kind, clusterId: ref.clusterId, phase: state.phase })),
  };
  return onlyPractice(all, practice);
}

const remember = (answer: 'declined' | 'taken') =>
  void notices.guard(() => api.call('settings.patch', { tour: answer }));

/** The guided tour of the window. */
export const tour = {
  /** Null while no tour runs. */
  get course() {
    return course;
  },
  get step() {
    return course ? stepOf(course) : undefined;
  },
  get isDone() {
    return course !== null && isDone(course);
  },
  get goesOn() {
    return course !== null && goesOn(course);
  },
  /** Offered where it was never answered and there is a practice cluster to take it on. */
  get offered() {
    return course === null && fleet.settings?.tour === 'new' && practice.size > 0;
  },
  /** Whether a practice cluster is on, and ready. */
  get practice(): 'off' | 'starting' | 'ready' {
    return practice.size > 0 ? 'ready' : context?.enabled ? 'starting' : 'off';
  },
  get asked() {
    return asked;
  },
  see,
  look(seen: Seen) {
    if (course) course = look(course, seen);
  },
  start() {
    course = begin(see());
    remember('taken');
    void go(steps[0]!.screens[0]);
    asked++;
  },
  /** By F1: begins the tour, or brings the keyboard to what is shown of it. */
  ask() {
    if (!course && !tour.offered) tour.start();
    else asked++;
  },
  next() {
    if (course) course = next(course, see());
  },
  back() {
    if (course) course = back(course, see());
  },
  /** Ends it, at its end or before; or refuses the offer. Says how it comes back. */
  leave() {
    const early = course === null || stepOf(course) !== undefined;
    if (course === null) remember('declined');
    course = null;
    if (early) notices.say(words.later, words.laterHint);
  },
  turnOnPractice() {
    if (context) void setEnabled(context.id, true);
  },
  show() {
    const screen = course && stepOf(course)?.screens[0];
    if (screen) void go(screen);
  },
};
