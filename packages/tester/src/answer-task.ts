import type { Context } from 'hono';
import { parseGoBool } from '@sluice/lib/flags/go-bool.ts';
import type { CommandResult } from '@sluice/lib/process/run-command.ts';
import type { ReceivedPayload } from './hook-payload.ts';
import { type Task, taskOutcome, type TaskRunner } from './task-runner.ts';
import { findTaskType } from './tasks/index.ts';
import { TesterError } from './tester-error.ts';

/** Runs the task that a payload describes and answers its result; throws `TesterError` when it describes none. */
export async function answerTask(
  context: Context,
  payload: ReceivedPayload,
  tasks: TaskRunner,
): Promise<Response> {
  const { metadata } = payload;
  if (Object.keys(metadata).length === 0) {
    throw new TesterError(400, 'metadata not found in payload: "metadata.cmd" says what to run.');
  }
  const type = findTaskType(metadata);
  const task: Task = {
    namespace: payload.namespace,
    name: payload.name,
    type: type.name,
    argv: type.command(metadata),
    command: metadata['cmd'] ?? '',
    program: type.program?.(metadata),
    logOutput: isTrue(metadata['logCmdOutput']),
  };
  if (!type.blocking) {
    tasks.start(task);
    return context.body('', 202);
  }
  // A caller that hung up has counted a failure already and may call again. Two helm tests at once would conflict
  // over one pod, so the abandoned one is ended.
  const result = await tasks.run(task, context.req.raw.signal);
  if (taskOutcome(result) !== 'succeeded') return context.text(describeFailure(task, result), 500);
  return isTrue(metadata['returnCmdOutput']) ? context.text(result.output) : context.body('', 200);
}

const isTrue = (text: string | undefined): boolean => text !== undefined && parseGoBool(text) === true;

function describeFailure(task: Task, result: CommandResult): string {
  const cause = describeCause(task, result);
  return result.output === '' ? cause : `${cause}\n${result.output}`;
}

function describeCause(task: Task, result: CommandResult): string {
  const program = task.argv[0];
  switch (result.ending) {
    case 'not-started':
      return result.startError?.includes('ENOENT') === true
        ? `${program} is not on the tester's PATH: install it in the tester's image, or use another task type.`
        : `${program} could not be started: ${result.startError ?? 'no reason given'}`;
    case 'timed-out':
      return `${program} was ended at its deadline (-timeout).`;
    case 'cancelled':
      return `${program} was cancelled: the caller hung up or the tester is shutting down.`;
    case 'exited':
      return `${program} failed: ${result.exitSignal ?? `exit code ${result.exitCode ?? 'unknown'}`}`;
  }
}
