import type { Seen } from '../seen.ts';

export const describeTarget = ({ workload, namespace, names }: Seen): string =>
  `${workload.kind} ${namespace}/${names.target}`;
