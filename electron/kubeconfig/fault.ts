import { Failure, type AppError } from '../../shared/errors';

/** Something in a kubeconfig is wrong: shown beside the entry, never thrown further than that. */
export function invalid(message: string, hint?: string, cause?: string): Failure {
  return new Failure({
    code: 'INVALID',
    message,
    hint: hint ?? 'Correct it in the file; Hummingdeck reads it again by itself.',
    cause,
  });
}

export function unsupported(message: string, hint: string): Failure {
  return new Failure({ code: 'UNSUPPORTED', message, hint });
}

const sentences: Record<string, [AppError['code'], string]> = {
  ENOENT: ['NOT_FOUND', 'does not exist'],
  ENOTDIR: ['NOT_FOUND', 'does not exist'],
  EACCES: ['FORBIDDEN', 'may not be read by your user'],
  EPERM: ['FORBIDDEN', 'may not be read by your user'],
  EISDIR: ['INVALID', 'is a folder, not a file'],
  ELOOP: ['INVALID', 'is a link that leads to itself'],
  EFBIG: ['INVALID', 'is too large'],
  EINVAL: ['INVALID', 'is not a regular file'],
};

/** A file that could not be read, in words. `what` begins the sentence, e.g. `The file /home/a/config`. */
export function unreadable(what: string, thrown: unknown): Failure {
  const code = (thrown as NodeJS.ErrnoException | null)?.code ?? '';
  const [kind, words] = sentences[code] ?? ['INVALID', 'could not be read'];
  return new Failure({
    code: kind,
    message: `${what} ${words}.`,
    hint: 'Hummingdeck looks again by itself when the file changes.',
    cause: thrown instanceof Error ? thrown.message : String(thrown),
  });
}

/** The `AppError` of anything thrown while an entry is read. */
export function faultOf(thrown: unknown): AppError {
  if (thrown instanceof Failure) return thrown.error;
  return invalid('This entry could not be understood.', undefined, String(thrown)).error;
}
