import { z } from 'zod';
import { Failure } from '../../shared/errors';
import type { ExecVersion } from './exec-entry';
import { printable } from './text';
import type { Credentials } from './types';

const credentialSchema = z.object({
  apiVersion: z.string(),
  kind: z.literal('ExecCredential'),
  status: z
    .object({
      token: z.string().nullish(),
      clientCertificateData: z.string().nullish(),
      clientKeyData: z.string().nullish(),
      expirationTimestamp: z.string().nullish(),
    })
    .nullish(),
});

/** What a plugin printed, as credentials (rules of client-go's exec plugin). Never quotes the output, which holds a secret. */
export function parseExecCredential(
  stdout: string,
  version: ExecVersion,
  program: string,
  stderr: string,
): Credentials {
  const fail = (what: string) =>
    new Failure({
      code: 'PLUGIN_FAILED',
      message: `The sign-in program ${program} ${what}.`,
      hint: 'Update the program, or run it in a terminal to see what it says.',
      cause: stderr || undefined,
    });
  let json: unknown;
  try {
    json = JSON.parse(stdout);
  } catch {
    throw fail(stdout.trim() === '' ? 'gave no answer' : 'gave an answer that could not be understood');
  }
  const parsed = credentialSchema.safeParse(json);
  if (!parsed.success) throw fail('gave an answer that is not a credential');
  const { apiVersion, status } = parsed.data;
  if (apiVersion !== version) throw fail(`answered in version ${printable(apiVersion, 60)}, but ${version} was agreed`);
  const token = status?.token?.trim() || undefined;
  const cert = status?.clientCertificateData || undefined;
  const key = status?.clientKeyData || undefined;
  if (!token && !cert && !key) throw fail('gave neither a token nor a certificate');
  if (!cert !== !key) throw fail('gave only one of certificate and key');
  if (token && !/^[\x21-\x7e]+$/.test(token)) throw fail('gave a token with characters that tokens never have');
  const expiresAt = status?.expirationTimestamp ? Date.parse(status.expirationTimestamp) : undefined;
  if (expiresAt !== undefined && Number.isNaN(expiresAt))
    throw fail('gave an expiry time that could not be understood');
  return { token, cert, key, expiresAt };
}
