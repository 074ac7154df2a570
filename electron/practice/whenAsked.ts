import type { Running } from './program';

/** A program that begins when it is first looked at: of thousands, few ever are. */
export function whenAsked(begin: () => Running | null, before: () => void): Running {
  let made: Running | null = null;
  const idle: Running = {
    cmdline: '',
    catchUp: () => undefined,
    term: () => undefined,
    hearsTerm: () => false,
    kill: () => undefined,
  };
  const get = (): Running => {
    if (made) return made;
    before();
    return (made = begin() ?? idle);
  };
  return {
    get cmdline() {
      return get().cmdline;
    },
    catchUp: (now) => get().catchUp(now),
    term: (now) => get().term(now),
    hearsTerm: (now) => get().hearsTerm(now),
    kill: (now) => get().kill(now),
    get screen() {
      return get().screen;
    },
    get reading() {
      return get().reading;
    },
  };
}
