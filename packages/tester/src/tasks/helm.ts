import { requireCommand, splitFields, type TaskType } from './task-type.ts';

/** A helm command whose exit code is the verdict. */
export const helmTask: TaskType = {
  name: 'helm',
  blocking: true,
  command: (metadata) => ['helm', ...splitFields(requireCommand('helm', metadata))],
};
