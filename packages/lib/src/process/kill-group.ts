/** Sends the signal to every process of a group; false when none is left, which most callers want. */
export function killGroup(processGroup: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(-processGroup, signal);
  } catch {
    return false;
  }
}
