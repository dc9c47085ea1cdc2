import type { Scenario } from '../scenario/scenario.ts';

/** How many writes the controller makes while `act` lasts: each of them may be its last. */
export async function countWrites(scenario: Scenario, act: () => Promise<unknown>): Promise<number> {
  let writes = 0;
  scenario.api.onWrite = () => void (writes += 1);
  await act();
  scenario.api.onWrite = () => undefined;
  return writes;
}

/** The process dies right after the `nth` write from now whose path ends with `path`, and another one takes over. */
export function dieAfterWrite(scenario: Scenario, nth: number, path = ''): void {
  let done = 0;
  scenario.api.onWrite = (request) => {
    if (!request.endsWith(path)) return;
    done += 1;
    if (done < nth) return;
    scenario.api.onWrite = () => undefined;
    scenario.kill();
    setImmediate(() => void scenario.replace());
  };
}
