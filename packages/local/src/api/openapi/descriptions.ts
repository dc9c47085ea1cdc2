import type { ServedKind } from '../../store/served-kind.ts';

const byKind: Readonly<Record<string, string>> = {
  ConfigMap: 'Configuration as named texts, for pods and people to read.',
  Deployment:
    'Keeps a number of like pods running and replaces them step by step when their template changes.',
  Gateway: 'A place where traffic enters, with its listeners.',
  HTTPRoute: 'Which backends get the HTTP requests of a Gateway, by match and by weight.',
  HorizontalPodAutoscaler: 'Sets the replicas of a workload by what its metrics say.',
  Namespace: 'A scope for names.',
  Pod: 'Containers that run together.',
  ReplicaSet: 'Keeps a number of like pods running; usually owned by a Deployment.',
  Secret: 'Named values that are not for everyone to read.',
  Service: 'One name and address for the ready pods of a selector.',
};

export const describeKind = ({ resource }: ServedKind): string =>
  byKind[resource.kind] ??
  `${resource.kind} of the group ${resource.group === '' ? 'core' : resource.group}.`;
