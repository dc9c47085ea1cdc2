const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** npm passes Ctrl-C on to a process that the terminal has told already: that is not a second wish. */
const echoMs = 1000;

/** Resolves when the process is asked to end. Asked again after a second, it ends at once. */
export function nextStopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked: number | undefined;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (asked !== undefined && performance.now() - asked > echoMs) process.exit(130);
      asked ??= performance.now();
      resolve(signal);
    };
    for (const signal of signals) process.on(signal, onSignal);
  });
}
