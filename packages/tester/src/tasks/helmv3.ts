import { requireCommand, splitFields, type TaskType } from './task-type.ts';

/** Older name of the same: there was a time of two helms. */
export const helmv3Task: TaskType = {
  name: 'helmv3',
  blocking: true,
  command: (metadata) => ['helm', ...splitFields(requireCommand('helmv3', metadata))],
};
