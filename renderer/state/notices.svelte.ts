import { toAppError, type AppError } from '../../shared/errors';

export interface Notice {
  id: number;
  error: AppError;
  tone: 'bad' | 'warn' | 'info';
}

const most = 5;
let list = $state.raw<Notice[]>([]);
let next = 1;

function add(error: AppError, tone: Notice['tone']) {
  // The same words again move to the end instead of filling the corner.
  const others = list.filter((notice) => notice.error.message !== error.message);
  list = [...others, { id: next++, error, tone }].slice(-most);
}

/** What the app says in the corner until it is dismissed. */
export const notices = {
  get list() {
    return list;
  },
  error: (error: AppError) => add(error, 'bad'),
  say: (message: string, hint?: string) => add({ code: 'INTERNAL', message, hint }, 'info'),
  dismiss(id: number) {
    list = list.filter((notice) => notice.id !== id);
  },
  /** Runs something and shows what it throws; gives `undefined` then. */
  async guard<T>(run: () => Promise<T>): Promise<T | undefined> {
    try {
      return await run();
    } catch (thrown) {
      add(toAppError(thrown), 'bad');
      return undefined;
    }
  },
};
