import { afterEach, expect, it } from 'vitest';
import { createConsoleBench } from '../../../../test/support/console/console-bench.ts';
import type { ConsoleBench } from '../../../../test/support/console/console-bench.ts';
import { createSystemClock } from '../platform/system-clock.ts';
import { startConsole } from './start-console.ts';

let bench: ConsoleBench;
afterEach(() => bench.end());

it.each(['0.0.0.0', '::', '127.0.0.1.evil.example'])(
  'does not listen on an address that others reach while everybody would be its user: %s',
  async (host) => {
    bench = await createConsoleBench();
    const listen = { ...bench.consoleOptions.listen, host };
    await expect(
      startConsole({ ...bench.consoleOptions, listen }, { ...bench.deps, clock: createSystemClock() }),
    ).rejects.toThrow('choose --auth=token, oidc or proxy');
  },
);

it('says which address it cannot listen on', async () => {
  bench = await createConsoleBench();
  const deps = { ...bench.deps, clock: createSystemClock() };
  const first = await startConsole(bench.consoleOptions, deps);
  const port = Number(new URL(first.url).port);
  const listen = { ...bench.consoleOptions.listen, port };
  await expect(startConsole({ ...bench.consoleOptions, listen }, deps)).rejects.toThrow(
    `cannot listen on 127.0.0.1:${port}`,
  );
  await first.close();
});
