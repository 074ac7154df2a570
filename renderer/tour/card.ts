import type { Screen } from '../state/app.svelte';
import { isDone, stepOf, type Course } from './course';
import { steps } from './steps';
import { words } from './words';

/** What the card says and offers. */
export interface Card {
  title: string;
  text: string;
  /** `2 of 9`, or ''. */
  count: string;
  done: boolean;
  /** The button that leads on. */
  onward: { label: string; act: 'start' | 'turnOn' | 'next' | 'finish'; waits: boolean };
  /** The button that ends it before its end, or ''. */
  leave: string;
  back: boolean;
  /** The step can't be done on the screen that is shown. */
  elsewhere: boolean;
}

/** `practice`: how the practice cluster is; without it there is nothing to tour. */
export function cardOf(course: Course | null, practice: 'off' | 'starting' | 'ready', screen: Screen): Card {
  const plain = { count: '', done: false, leave: words.skip, back: false, elsewhere: false };
  if (!course) {
    const onward = { label: words.take, act: 'start', waits: false } as const;
    return { ...plain, title: words.offerTitle, text: words.offer, onward, leave: words.notNow };
  }
  const step = stepOf(course);
  if (!step) {
    const onward = { label: words.finish, act: 'finish', waits: false } as const;
    const text = words.end(course.done.size, steps.length);
    return { ...plain, title: words.endTitle, text, onward, leave: '', back: true };
  }
  if (practice !== 'ready') {
    const onward = { label: words.turnOn, act: 'turnOn', waits: practice === 'starting' } as const;
    return { ...plain, title: words.offTitle, text: practice === 'starting' ? words.starting : words.off, onward };
  }
  const done = isDone(course);
  return {
    ...plain,
    title: step.title,
    text: step.words,
    count: words.count(course.at + 1, steps.length),
    done,
    onward: { label: words.next, act: 'next', waits: false },
    back: course.at > 0,
    elsewhere: !done && !step.screens.includes(screen),
  };
}
