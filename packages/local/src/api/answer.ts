import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import { KubeError } from '@sluice/kube/objects/kube-error.ts';
import { StatusError } from '../store/status-error.ts';
import { jsonText } from './json-text.ts';

export const json = (body: unknown, status = 200, contentType = 'application/json'): Response =>
  new Response(jsonText(body), { status, headers: { 'content-type': contentType } });

export const text = (body: string, status = 200): Response =>
  new Response(body, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });

/** The `Status` object that a Kubernetes API server sends when it refuses a request. */
export function statusOf(error: unknown): { readonly code: number } & Record<string, unknown> {
  const known = error instanceof KubeError ? error : undefined;
  const code = known === undefined || known.code === 0 ? 500 : known.code;
  const details = error instanceof StatusError ? error.details : undefined;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: known?.message ?? `Internal error occurred: ${describeError(error)}`,
    reason: known?.reason ?? 'InternalError',
    ...(details === undefined ? {} : { details }),
    code,
  };
}

export function failure(error: unknown): Response {
  const status = statusOf(error);
  return json(status, status.code);
}

/** Answer to a DELETE that removed the object at once. */
export const success = (details: Record<string, unknown>): Response =>
  json({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details });
