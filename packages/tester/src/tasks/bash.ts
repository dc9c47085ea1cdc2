import { requireCommand, type TaskType } from './task-type.ts';

/** A script whose exit code is the verdict. */
export const bashTask: TaskType = {
  name: 'bash',
  blocking: true,
  command: (metadata) => ['bash', '-c', requireCommand('bash', metadata)],
};
