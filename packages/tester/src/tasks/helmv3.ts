import { requireCommand, splitFields, type TaskType } from './task-type.ts';

/** Older name of the `helm` task, from the time of helm 2 and 3. */
export const helmv3Task: TaskType = {
  name: 'helmv3',
  blocking: true,
  command: (metadata) => ['helm', ...splitFields(requireCommand('helmv3', metadata))],
};
