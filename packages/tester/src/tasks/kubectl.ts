import { requireCommand, splitFields, type TaskType } from './task-type.ts';

/** A kubectl command whose exit code is the verdict. */
export const kubectlTask: TaskType = {
  name: 'kubectl',
  blocking: true,
  command: (metadata) => ['kubectl', ...splitFields(requireCommand('kubectl', metadata))],
};
