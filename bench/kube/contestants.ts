import { guardedSpawn, endProcess } from '../../test/support/real/guarded-spawn.ts';
import { until } from '../../test/support/real/until.ts';
import { imageCommand, imageEnvironment } from '../image.ts';

export interface Contestant {
  readonly name: 'Sluice' | 'Flagger 1.44';
  start(options: ContestantOptions): Promise<RunningContestant>;
}

export interface ContestantOptions {
  readonly kubeconfig: string;
  readonly metricsServer: string;
}

export interface RunningContestant {
  readonly pid: number;
  stop(): Promise<void>;
}

/** As it is installed: the files and the environment of its image, its own defaults, one replica. */
export const sluice: Contestant = {
  name: 'Sluice',
  start: (options) => {
    const [program, ...args] = imageCommand;
    return run(program, [...args, ...flagsOf(options)], /serving/, imageEnvironment());
  },
};

/** `folder` holds the program `flagger`. */
export const flagger = (folder: string): Contestant => ({
  name: 'Flagger 1.44',
  start: (options) => run(`${folder}/flagger`, flagsOf(options), /Started operator workers/),
});

const flagsOf = ({ kubeconfig, metricsServer }: ContestantOptions): readonly string[] => [
  `-kubeconfig=${kubeconfig}`,
  `-metrics-server=${metricsServer}`,
  '-mesh-provider=gatewayapi:v1',
  '-log-level=info',
  '-port=0',
];

async function run(
  program: string,
  args: readonly string[],
  isUp: RegExp,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<RunningContestant> {
  const child = guardedSpawn(program, args, {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  // What comes later is of no use, but a full pipe would stop the program.
  child.stderr?.on('data', (chunk: Buffer) => void (log = (log + chunk.toString()).slice(0, 100_000)));
  await until(`${program} is up`, () => isUp.test(log), { timeoutMs: 60_000 }).catch((error: unknown) => {
    throw new Error(log.slice(-2000), { cause: error });
  });
  return { pid: child.pid ?? 0, stop: () => endProcess(child) };
}
