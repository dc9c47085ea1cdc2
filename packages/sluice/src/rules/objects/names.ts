import type { Canary } from '../../api/canary.ts';

/** The names derived from a Canary, as Flagger derives them. `apex` is the service that users call. */
export interface CanaryNames {
  readonly target: string;
  readonly primary: string;
  readonly apex: string;
  readonly primaryService: string;
  readonly canaryService: string;
}

export function namesOf(canary: Canary): CanaryNames {
  const target = canary.spec.targetRef.name;
  const named = canary.spec.service?.name ?? '';
  const apex = named === '' ? target : named;
  return {
    target,
    primary: `${target}-primary`,
    apex,
    primaryService: `${apex}-primary`,
    canaryService: `${apex}-canary`,
  };
}

/** `namespace/name`: the key of queues, tables and logs. */
export const keyOf = (object: {
  readonly metadata: { readonly namespace?: string; readonly name: string };
}): string => `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
