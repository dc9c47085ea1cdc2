/**
 * Prints a stage on standard error, with the seconds since the program started: `[  75 s] gate, round 3 of 20`. Figures
 * go to standard output, so that they can be kept apart.
 */
export function reportProgress(stage: string): void {
  const seconds = Math.round(performance.now() / 1000);
  process.stderr.write(`[${String(seconds).padStart(4)} s] ${stage}\n`);
}
