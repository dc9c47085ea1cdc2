import type { CommandResult, RunCommand } from '@sluice/lib/process/run-command.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import type { TesterMetrics } from './tester-metrics.ts';
import { TesterError } from './tester-error.ts';

export interface Task {
  /** `name.namespace` of the canary it runs for. */
  readonly canary: string;
  readonly type: string;
  readonly argv: readonly [string, ...string[]];
  /** The command as written in the payload. */
  readonly command: string;
  readonly logOutput: boolean;
}

/** Runs tasks, a bounded number at once. `start` and `run` throw `TesterError` 503 when all places are taken. */
export interface TaskRunner {
  /** Starts a task without waiting. `skipped`: the same command of the same canary is still running. */
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
  /** Deadline of each task in milliseconds. */
  readonly timeoutMs: number;
  readonly killGraceMs?: number;
  /** Tasks at once; default 64. */
  readonly limit?: number;
}

const defaultLimit = 64;

export const createTaskRunner = (deps: TaskRunnerDeps): TaskRunner => new BoundedRunner(deps);

class BoundedRunner implements TaskRunner {
  readonly #deps: TaskRunnerDeps;
  readonly #running = new Set<Promise<CommandResult>>();
  readonly #startedKeys = new Set<string>();
  readonly #stopping = new AbortController();

  constructor(deps: TaskRunnerDeps) {
    this.#deps = deps;
  }

  start(task: Task): 'started' | 'skipped' {
    const { log, metrics } = this.#deps;
    const key = `${task.canary}\n${task.type}\n${task.command}`;
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
    await Promise.allSettled(this.#running);
  }

  #begin(task: Task, signal: AbortSignal): Promise<CommandResult> {
    const { limit = defaultLimit, metrics } = this.#deps;
    if (this.#stopping.signal.aborted) throw new TesterError(503, 'The tester is shutting down.');
    if (this.#running.size >= limit) {
      throw new TesterError(503, `All ${limit} places for tasks are taken. Try again later.`);
    }
    const result = execute(task, signal, this.#deps);
    this.#running.add(result);
    metrics.setRunning(this.#running.size);
    return result.finally(() => {
      this.#running.delete(result);
      metrics.setRunning(this.#running.size);
    });
  }
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
  canary: task.canary,
  type: task.type,
  command: task.command.slice(0, 1000),
});
