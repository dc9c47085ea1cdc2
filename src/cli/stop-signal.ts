const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** npm passes Ctrl-C on to a process that the terminal has told already: that is not a second wish. */
const echoMs = 1000;

/** Aborts, with the signal's name as reason, when the process is asked to end. Asked again after a second, it ends at once. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  let asked: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (asked !== undefined && performance.now() - asked > echoMs) process.exit(130);
    asked ??= performance.now();
    controller.abort(signal);
  };
  for (const signal of signals) process.on(signal, onSignal);
  return controller.signal;
}

/** Resolves when `signal` aborts. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
