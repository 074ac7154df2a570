import { describe, expect, it } from 'vitest';
import { readWarnings } from './api';
import { statusFailure } from './errors';
import type { Status } from './objects';

const said = (code: number, reason: string, message: string, more: Partial<Status> = {}, headers = {}) =>
  statusFailure(code, headers, JSON.stringify({ kind: 'Status', status: 'Failure', code, reason, message, ...more }))
    .error;

it('no credential that a page echoes, and nothing that turns or hides text, is passed on', () => {
  const page =
    'denied\u202e\u001b[2J: Authorization: Bearer planted.secret-token-123\nand eyJhbGciOiJSUzI1NiJ9.planted.too';
  for (const error of [statusFailure(403, {}, page).error, said(400, 'Invalid', page), said(403, 'Forbidden', page)]) {
    const words = `${error.message} ${error.cause}`;
    expect(words).not.toMatch(/planted|\u202e|\u001b/);
    expect(words).toContain('denied');
  }
});

describe('what a server refuses, in words for a trader', () => {
  it('a missing right: which, for what, where', () => {
    expect(
      said(
        403,
        'Forbidden',
        'statefulsets.apps "b" is forbidden: User "jane" cannot patch resource "statefulsets" in API group "apps" in the namespace "live"',
      ),
    ).toMatchObject({
      code: 'FORBIDDEN',
      message: 'This sign-in may not patch statefulsets.apps in namespace live.',
      hint: expect.stringContaining('“patch statefulsets.apps” in namespace live'),
    });
    expect(
      said(
        403,
        'Forbidden',
        'pods is forbidden: User "jane" cannot list resource "pods" in API group "" at the cluster scope',
      ).message,
    ).toBe('This sign-in may not list pods in the whole cluster.');
  });
  it('quota and pod security keep the server’s figures and rules', () => {
    expect(
      said(
        403,
        'Forbidden',
        'pods "b" is forbidden: exceeded quota: q, requested: memory=2Gi, used: memory=3Gi, limited: memory=4Gi',
      ).message,
    ).toBe(
      'The quota of the namespace does not allow it: exceeded quota: q, requested: memory=2Gi, used: memory=3Gi, limited: memory=4Gi.',
    );
    expect(
      said(403, 'Forbidden', 'pods "b" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true')
        .message,
    ).toContain('violates PodSecurity "restricted:latest"');
  });
  it('a taken name, a change in between and an apply conflict are three things', () => {
    expect(
      said(409, 'AlreadyExists', 'statefulsets.apps "b" already exists', {
        details: { kind: 'statefulsets', name: 'b' },
      }),
    ).toMatchObject({ code: 'EXISTS', message: 'StatefulSet b exists already; nothing was overwritten.' });
    expect(
      said(409, 'Conflict', 'Operation cannot be fulfilled', { details: { kind: 'statefulsets', name: 'b' } }),
    ).toMatchObject({
      code: 'CONFLICT',
      message: 'StatefulSet b was changed by someone else meanwhile; nothing was written.',
    });
    const causes = [
      { reason: 'FieldManagerConflict', message: 'conflict with "kubectl" using apps/v1', field: '.spec.replicas' },
      { reason: 'FieldManagerConflict', message: 'conflict with "kubectl" using apps/v1', field: '.spec.template' },
    ];
    const conflict = said(409, 'Conflict', 'Apply failed with 2 conflicts', { details: { causes } });
    expect(conflict.message).toBe('kubectl also manages parts of it; nothing was changed.');
    expect(conflict.cause).toContain('.spec.replicas');
    expect(conflict.cause).toContain('.spec.template');
  });
  it('every invalid field is kept', () => {
    const causes = [
      { field: 'spec.a', message: 'Required value' },
      { field: 'spec.b', message: 'must be positive' },
    ];
    const error = said(422, 'Invalid', 'StatefulSet "b" is invalid', {
      details: { kind: 'StatefulSet', name: 'b', causes },
    });
    expect(error).toMatchObject({
      code: 'INVALID',
      message: 'The cluster does not accept StatefulSet b: spec.a: Required value.',
    });
    expect(error.cause).toContain('spec.b: must be positive');
  });
  it('asked to wait, the time is kept in milliseconds, from wherever the server puts it', () => {
    expect(said(429, 'TooManyRequests', 'slow', {}, { 'retry-after': '7' })).toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      retryAfterMs: 7000,
    });
    expect(said(504, 'Timeout', 'slow', { details: { retryAfterSeconds: 2 } })).toMatchObject({
      code: 'TIMEOUT',
      retryAfterMs: 2000,
    });
    expect(
      statusFailure(503, { 'retry-after': 'Fri, 02 Jan 2026 03:04:15 GMT', date: 'Fri, 02 Jan 2026 03:04:05 GMT' }, '')
        .error,
    ).toMatchObject({ code: 'SERVER', retryAfterMs: 10_000 });
  });
  it('a page of a gateway is no answer of the cluster', () => {
    expect(statusFailure(503, { 'content-type': 'text/html' }, '<html>Bad').error).toMatchObject({
      code: 'UNREACHABLE',
      message: 'A gateway answers, but the cluster behind it does not.',
    });
    expect(statusFailure(403, { 'content-type': 'text/html' }, '<html>Blocked by policy').error.code).toBe(
      'UNREACHABLE',
    );
    expect(statusFailure(302, { location: 'https://login' }, '').error.code).toBe('UNREACHABLE');
  });
});

it('warnings of a dry run are read from their header, quotes and all', () => {
  expect(
    readWarnings('299 - "would violate PodSecurity \\"restricted:latest\\"", 299 - "second, with a comma"'),
  ).toEqual(['would violate PodSecurity "restricted:latest"', 'second, with a comma']);
});
