import type { Seen } from './seen';
import { steps, type Step } from './steps';

/** How far a tour is. Never changed in place. */
export interface Course {
  /** Index of the step on show; behind the last: the tour is through. */
  at: number;
  /** What the app saw done, by step id; a step that was passed by "Next" is not in it. */
  done: ReadonlySet<string>;
  /** What was seen when the step came up. */
  start: Seen;
  /** The trader came back to read a step that is done: it stays until "Next". */
  stays: boolean;
}

export const begin = (seen: Seen): Course => ({ at: 0, done: new Set(), start: seen, stays: false });

export const stepOf = (course: Course): Step | undefined => steps[course.at];

/** To the next step, whether this one was done or not. */
export const next = (course: Course, seen: Seen): Course => ({
  ...course,
  at: Math.min(course.at + 1, steps.length),
  start: seen,
  stays: false,
});

export function back(course: Course, seen: Seen): Course {
  const at = Math.max(course.at - 1, 0);
  return { ...course, at, start: seen, stays: course.done.has(steps[at]!.id) };
}

/** Takes in what is seen now. Gives the same course when that changes nothing. */
export function look(course: Course, seen: Seen): Course {
  const step = stepOf(course);
  if (!step || course.done.has(step.id) || !step.done(seen, course.start)) return course;
  return { ...course, done: new Set([...course.done, step.id]) };
}

/** Whether the step on show is done. */
export function isDone(course: Course): boolean {
  const step = stepOf(course);
  return step !== undefined && course.done.has(step.id);
}

/** Whether the tour goes on by itself. */
export const goesOn = (course: Course): boolean => isDone(course) && !course.stays;
