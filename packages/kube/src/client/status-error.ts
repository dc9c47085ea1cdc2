import { HttpError } from '@sluice/lib/http/http-error.ts';
import { KubeError } from '../objects/kube-error.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import { asObject, parseObject } from './read-body.ts';

/** Cap of `Retry-After`: a server under load may ask for longer than a rollout can wait. */
const longestRetryAfterMs = 30_000;
const longestMessage = 1024;

const reasonsByCode: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Expired',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

const advice: Readonly<Record<number, string>> = {
  401: '; check the credentials of the kubeconfig or the service account',
  403: '; check the RBAC rules of this identity',
};

/** The error of an answer. `attempt` names the verb and the object: `get Deployment test/podinfo`. */
export function errorOfAnswer(
  attempt: string,
  answer: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly text: string;
  },
): KubeError {
  const status = parseObject(answer.text);
  const retryAfterMs = parseRetryAfter(answer.headers['retry-after']);
  const told = status?.['kind'] === 'Status' ? status : { message: answer.text.slice(0, 200).trim() };
  return errorOfStatus(attempt, { ...told, code: answer.status }, retryAfterMs);
}

/** The error of a Status object: of an answer, or of an ERROR event in a watch. */
export function errorOfStatus(attempt: string, status: unknown, retryAfterMs?: number): KubeError {
  const fields = asObject(status) ?? {};
  const code = typeof fields['code'] === 'number' ? fields['code'] : 500;
  const told = typeof fields['reason'] === 'string' && fields['reason'] !== '' ? fields['reason'] : undefined;
  const reason = told ?? reasonsByCode[code] ?? 'Unknown';
  const text = typeof fields['message'] === 'string' ? fields['message'].slice(0, longestMessage) : '';
  const message = `${attempt}: ${code} ${reason}${text === '' ? '' : `: ${text}`}${advice[code] ?? ''}`;
  return new KubeError(message, { code, reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
}

/** The error when no (whole) answer came: refused, reset, too slow, not JSON. */
export function errorOfFailure(attempt: string, cause: unknown, reason = 'NoAnswer'): KubeError {
  if (cause instanceof KubeError) return cause;
  const told = cause instanceof HttpError ? cause.message : describeError(cause);
  return new KubeError(`${attempt}: no answer from the API server: ${told}`, { code: 0, reason, cause });
}

/** Seconds only: the API server never sends a date. */
function parseRetryAfter(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d{1,9}$/.test(header.trim())) return undefined;
  return Math.min(Number(header) * 1000, longestRetryAfterMs);
}
