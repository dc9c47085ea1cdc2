const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** npm passes Ctrl-C on to a process that the terminal has told already: that is not a second wish. */
const echoMs = 1000;

/** npm that is told to end tells only the shell between it and us; npm that is killed tells nobody. */
const parentCheckMs = 500;

/** The reason of the abort when the reader of our output has gone, as with `| head`. */
export const outputClosed = 'SIGPIPE';

/**
 * Aborts, with the signal's name as reason, when the process is asked to end or nobody reads its output any
 * more. Asked again after a second, it ends at once.
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
  // Without a listener the process would die here and leave its orderly end out.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', () => controller.abort(outputClosed));
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

/** Ends the process after `delayMs`, whatever may hang: the guard then ends the pods' processes with it. */
export const exitLatest = (delayMs: number): void => {
  setTimeout(() => process.exit(1), delayMs).unref();
};
