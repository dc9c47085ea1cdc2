import { onOutputGone } from './print.ts';

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** npm forwards Ctrl-C to a process that already got it from the terminal: that is not a second request. */
const echoMs = 1000;

/** npm forwards a signal only to the shell between it and this process; a killed npm forwards none. */
const parentCheckMs = 500;

/** Reason of the abort when the reader of our output has gone, as with `| head`. */
export const outputClosed = 'SIGPIPE';

/**
 * Aborts, with the signal's name as reason, on SIGTERM, SIGINT and SIGHUP, or when the reader of the output has
 * gone. A signal more than a second after the first ends the process at once.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  let asked: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (asked !== undefined && performance.now() - asked > echoMs) process.exit(130);
    asked ??= performance.now();
    controller.abort(signal);
  };
  for (const signal of signals) process.on(signal, onSignal);
  onOutputGone(() => controller.abort(outputClosed));
  if (process.env['npm_lifecycle_event'] !== undefined) abortWithoutParent(controller);
  return controller.signal;
}

function abortWithoutParent(controller: AbortController): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) controller.abort('SIGHUP');
  }, parentCheckMs).unref();
  controller.signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

/** Resolves when `signal` aborts. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Ends the process after `delayMs`, even when something hangs: the guard then ends the pods' processes with it. */
export const exitLatest = (delayMs: number): void => {
  setTimeout(() => process.exit(1), delayMs).unref();
};
