import type { CommandResult, RunCommand } from '@sluice/lib/process/run-command.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { findProgram, isExecutable } from './find-program.ts';
import {
  createTaskPlaces,
  placeLimits,
  type TaskOwner,
  type TaskPlace,
  type TaskPlaces,
} from './task-places.ts';
import type { TesterMetrics } from './tester-metrics.ts';
import { TesterError } from './tester-error.ts';

export interface Task extends TaskOwner {
  readonly type: string;
  readonly argv: readonly [string, ...string[]];
  /** The command as written in the payload. */
  readonly command: string;
  /** The program that it certainly needs; undefined when only running it can tell. */
  readonly program: string | undefined;
  readonly logOutput: boolean;
}

/**
 * Runs tasks, a bounded number at once and shared between namespaces and canaries; the others wait. `start` and `run`
 * throw `TesterError` 503 when too many wait.
 */
export interface TaskRunner {
  /**
   * Starts a task without waiting. `skipped`: the same command of the same canary still runs or waits. Throws
   * `TesterError` 400 when its program does not exist.
   */
  start(task: Task): 'started' | 'skipped';
  /** Runs a task to its end. An abort of `signal` (the caller hung up) ends it. */
  run(task: Task, signal: AbortSignal): Promise<CommandResult>;
  /** Ends every task and waits for them; nothing starts afterwards. */
  stop(): Promise<void>;
}

export interface TaskRunnerDeps {
  readonly runCommand: RunCommand;
  readonly log: Log;
  readonly metrics: TesterMetrics;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Deadline of each task in milliseconds, and of its wait for a place. */
  readonly timeoutMs: number;
  readonly killGraceMs?: number;
  /** Tasks at once; default 64. */
  readonly limit?: number;
}

const defaultLimit = 64;

export const createTaskRunner = (deps: TaskRunnerDeps): TaskRunner => new BoundedRunner(deps);

class BoundedRunner implements TaskRunner {
  readonly #deps: TaskRunnerDeps;
  readonly #places: TaskPlaces;
  readonly #tasks = new Set<Promise<CommandResult>>();
  readonly #startedKeys = new Set<string>();
  readonly #stopping = new AbortController();

  constructor(deps: TaskRunnerDeps) {
    this.#deps = deps;
    this.#places = createTaskPlaces(placeLimits(deps.limit ?? defaultLimit));
  }

  start(task: Task): 'started' | 'skipped' {
    const { log, metrics, env } = this.#deps;
    requireProgram(task.program, env['PATH'] ?? '');
    const key = JSON.stringify([task.namespace, task.name, task.type, task.command]);
    if (this.#startedKeys.has(key)) {
      log.info('Task skipped: the same one is still running', logFields(task));
      metrics.countTask(task.type, 'skipped');
      return 'skipped';
    }
    const done = this.#begin(task, this.#stopping.signal);
    this.#startedKeys.add(key);
    void done
      .finally(() => this.#startedKeys.delete(key))
      .catch((error: unknown) => {
        log.error('Task could not be supervised', { ...logFields(task), error: String(error) });
      });
    return 'started';
  }

  run(task: Task, signal: AbortSignal): Promise<CommandResult> {
    return this.#begin(task, AbortSignal.any([signal, this.#stopping.signal]));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled(this.#tasks);
  }

  #begin(task: Task, signal: AbortSignal): Promise<CommandResult> {
    if (this.#stopping.signal.aborted) throw new TesterError(503, 'The tester is shutting down.');
    const place = this.#places.enter(task);
    const result = this.#runIn(place, task, signal);
    this.#tasks.add(result);
    this.#count();
    return result.finally(() => this.#tasks.delete(result));
  }

  async #runIn(place: TaskPlace, task: Task, signal: AbortSignal): Promise<CommandResult> {
    const { log, timeoutMs } = this.#deps;
    try {
      if (!place.isReady) {
        log.info('Task waits for a place', logFields(task));
        const ending = await waitFor(place, signal, timeoutMs);
        if (ending !== undefined) return finish(task, neverStarted(ending), this.#deps);
        this.#count();
      }
      return await execute(task, signal, this.#deps);
    } finally {
      place.leave();
      this.#count();
    }
  }

  #count(): void {
    this.#deps.metrics.setTasks(this.#places.running, this.#places.waiting);
  }
}

/** Undefined once the place is ready; otherwise why the wait ended. */
async function waitFor(
  { ready }: TaskPlace,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<'cancelled' | 'timed-out' | undefined> {
  const { promise, resolve } = Promise.withResolvers<'cancelled' | 'timed-out' | undefined>();
  const onAbort = (): void => resolve('cancelled');
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => resolve('timed-out'), Math.min(timeoutMs, longestTimer));
  void ready.then(() => resolve(undefined));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

/** Longer delays make Node's timers fire at once. */
const longestTimer = 2 ** 31 - 1;

const neverStarted = (ending: 'cancelled' | 'timed-out'): CommandResult => ({
  ending,
  exitCode: undefined,
  exitSignal: undefined,
  output: 'It waited for a place and never started.\n',
  startError: undefined,
});

function requireProgram(program: string | undefined, path: string): void {
  if (program === undefined) return;
  const found = program.includes('/') ? isExecutable(program) : findProgram(program, path) !== undefined;
  if (found) return;
  const name = JSON.stringify(program.slice(0, 200));
  const where = program.includes('/') ? '' : ` on the PATH of tasks (${path})`;
  throw new TesterError(
    400,
    `${name} is no program${where}: install it in the tester's image, or correct "metadata.cmd".`,
  );
}

async function execute(task: Task, signal: AbortSignal, deps: TaskRunnerDeps): Promise<CommandResult> {
  deps.log.info('Task started', logFields(task));
  const result = await deps.runCommand({
    argv: task.argv,
    env: deps.env,
    timeoutMs: deps.timeoutMs,
    signal,
    ...(deps.killGraceMs === undefined ? {} : { killGraceMs: deps.killGraceMs }),
  });
  return finish(task, result, deps);
}

function finish(task: Task, result: CommandResult, deps: TaskRunnerDeps): CommandResult {
  const outcome = taskOutcome(result);
  deps.metrics.countTask(task.type, outcome);
  const fields = { ...logFields(task), outcome, exitCode: result.exitCode };
  if (outcome === 'succeeded') {
    deps.log.info('Task succeeded', task.logOutput ? { ...fields, output: result.output } : fields);
  } else {
    deps.log.warn('Task failed', { ...fields, output: result.output, startError: result.startError });
  }
  return result;
}

export type TaskOutcome = 'succeeded' | 'failed' | 'timed-out' | 'cancelled' | 'not-started';

export function taskOutcome(result: CommandResult): TaskOutcome {
  if (result.ending !== 'exited') return result.ending;
  return result.exitCode === 0 ? 'succeeded' : 'failed';
}

const logFields = (
  task: Task,
): { readonly canary: string; readonly type: string; readonly command: string } => ({
  canary: `${task.name}.${task.namespace}`,
  type: task.type,
  command: task.command.slice(0, 1000),
});
