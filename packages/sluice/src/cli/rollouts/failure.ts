import { isNotFound, KubeError } from '@sluice/kube/objects/kube-error.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { exitCodes } from '../exit-codes.ts';

/** Why a command could not do what was asked, and what to do about it; `code` is its exit code. */
export class CommandFailure extends SluiceError {
  override readonly name = 'CommandFailure';
  readonly code: number;
  /** Commands or advice, one a line. */
  readonly next: readonly string[];

  constructor(code: number, why: string, ...next: readonly string[]) {
    super(why);
    this.code = code;
    this.next = next;
  }
}

/** Of any error that a cluster or a command of ours may cause; undefined for a defect. `namespace`: where it looked. */
export function asFailure(error: unknown, namespace: string | undefined): CommandFailure | undefined {
  if (error instanceof CommandFailure) return error;
  if (isNotFound(error))
    return new CommandFailure(
      exitCodes.notFound,
      'there is no such canary',
      'sluice get -A lists the canaries of the cluster',
    );
  if (error instanceof KubeError && (error.code === 401 || error.code === 403))
    return new CommandFailure(exitCodes.refused, describeError(error), canI(namespace));
  if (error instanceof Error && error.name === 'TimeoutError')
    return new CommandFailure(exitCodes.failed, 'the API server did not answer in time', 'try again');
  if (error instanceof SluiceError)
    return new CommandFailure(
      exitCodes.failed,
      describeError(error),
      'check the cluster: kubectl cluster-info',
    );
  return undefined;
}

const canI = (namespace: string | undefined): string =>
  `kubectl auth can-i --list ${namespace === undefined ? '' : `-n ${namespace} `}| grep canaries shows what you may do`;

/** Three lines: what could not be done, why, and what to do next. `doing`: `approve canary prod/checkout`. */
export function failureLines(doing: string, { message, next }: CommandFailure): readonly string[] {
  return [
    `error: cannot ${doing}`,
    `  why:  ${message}`,
    ...next.map((text, index) => `  ${index === 0 ? 'next:' : '     '} ${text}`),
  ];
}

/** The same for programs. */
export const failureValue = (doing: string, { message, next, code }: CommandFailure): unknown => ({
  apiVersion: 'cli.sluice.dev/v1',
  kind: 'Error',
  code,
  what: `cannot ${doing}`,
  why: message,
  next,
});
