import { Failure } from '../../shared/errors';
import type { Api } from './types';

/** The server's version; `hidden`: refused. Throws `Failure`. */
export async function readVersion(
  api: Api,
  timeoutMs?: number,
): Promise<{ text: string; minor: number; hidden: boolean }> {
  try {
    const { gitVersion = '', minor = '' } = await api.raw<{ gitVersion?: string; minor?: string }>(
      'GET',
      '/version',
      undefined,
      { timeoutMs },
    );
    return { text: gitVersion, minor: parseInt(minor, 10) || 0, hidden: false };
  } catch (error) {
    // Hardened clusters hide it; that alone is no trouble.
    if (error instanceof Failure && (error.error.code === 'FORBIDDEN' || error.error.code === 'NOT_FOUND'))
      return { text: '', minor: 0, hidden: error.error.code === 'FORBIDDEN' };
    throw error;
  }
}
