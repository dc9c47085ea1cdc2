import { TesterError } from '../tester-error.ts';
import { bashTask } from './bash.ts';
import { cmdTask } from './cmd.ts';
import { helmTask } from './helm.ts';
import { helmv3Task } from './helmv3.ts';
import { kubectlTask } from './kubectl.ts';
import type { TaskType } from './task-type.ts';

export const taskTypes: readonly TaskType[] = [cmdTask, bashTask, helmTask, helmv3Task, kubectlTask];

/** Task types of Flagger that are not supported. */
const notYet: ReadonlySet<string> = new Set(['concord', 'ngrinder']);

/** The task type that `metadata.type` names. Throws `TesterError` 400 that lists the supported types. */
export function findTaskType(metadata: Readonly<Record<string, string>>): TaskType {
  const name = metadata['type'] ?? cmdTask.name;
  const found = taskTypes.find((type) => type.name === name);
  if (found !== undefined) return found;
  const supported = `Supported: ${taskTypes.map((type) => type.name).join(', ')}.`;
  if (notYet.has(name)) throw new TesterError(400, `Task type "${name}" is not supported yet. ${supported}`);
  throw new TesterError(400, `Unknown task type ${JSON.stringify(name.slice(0, 100))}. ${supported}`);
}
