import { type ChildProcess, spawn } from 'node:child_process';
import { vi } from 'vitest';

const tester = new URL('../../../packages/sluice/src/cli/tester.ts', import.meta.url).href;
const program = `import { runTester } from ${JSON.stringify(tester)};
process.exitCode = await runTester(process.argv.slice(1), process.env);`;

export interface RunningTester {
  readonly child: ChildProcess;
  readonly port: number;
  readonly log: () => string;
  readonly startMs: number;
  post(path: string, body: unknown): Promise<number>;
  exit(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts `sluice tester` as a process, on any port of 127.0.0.1 or of `SLUICE_BIND_ADDRESS`. */
export async function startTesterProcess(
  own: Readonly<Record<string, string>>,
  flags: readonly string[],
): Promise<RunningTester> {
  const argv = ['--input-type=module', '-e', program, '--', '-port', '0', ...flags];
  const env = { ...process.env, SLUICE_BIND_ADDRESS: '127.0.0.1', ...own };
  const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const listening = await vi.waitFor(
    () => {
      const match = /"port":(\d+).*"startMs":(\d+).*Tester listens/.exec(log);
      if (match === null) throw new Error(log);
      return match;
    },
    { timeout: 15_000, interval: 20 },
  );
  const port = Number(listening[1]);
  return {
    child,
    port,
    log: () => log,
    startMs: Number(listening[2]),
    post: async (path, body) => {
      const url = `http://127.0.0.1:${port}${path}`;
      return (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).status;
    },
    exit: (signal) =>
      new Promise((resolve) => {
        child.once('exit', resolve);
        child.kill(signal);
      }),
  };
}
