import { shellProgram } from './shell-program.ts';
import { requireCommand, type TaskType } from './task-type.ts';

/** The default: a shell command that continues after the answer, such as a load test. */
export const cmdTask: TaskType = {
  name: 'cmd',
  blocking: false,
  command: (metadata) => ['sh', '-c', requireCommand('cmd', metadata)],
  program: (metadata) => shellProgram(requireCommand('cmd', metadata)),
};
