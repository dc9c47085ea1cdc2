import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { isNotFound, KubeError } from '@sluice/kube/objects/kube-error.ts';
import {
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
} from '@sluice/kube/objects/resources.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import { withDeadline } from '@sluice/lib/time/deadline.ts';
import { decisionPolicyLabels } from '../rules/objects/object-keys.ts';
import { noDecisionPolicy } from '../ports/decision-policy.ts';
import type { DecisionPolicy } from '../ports/decision-policy.ts';

const readWithinMs = 10_000;

export interface DecisionPolicyDeps {
  readonly client: KubeClient;
  readonly clock: Clock;
  /** Name of the policy and of its binding (`-decision-policy`); empty: there is none. */
  readonly name: string;
}

/** Reads the policy and its binding each time a decision is taken: people decide a few times a day. */
export function createDecisionPolicy({ client, clock, name }: DecisionPolicyDeps): DecisionPolicy {
  if (name === '') return noDecisionPolicy;
  const overdue = (): Error =>
    new KubeError(`the API server did not show the policy ${name} in time`, { code: 0, reason: 'Timeout' });
  return {
    isExpected: true,
    isEnforced: (signal) =>
      withDeadline({ clock, ms: readWithinMs, signal, overdue }, async (bounded) => {
        const read = [validatingAdmissionPolicies, validatingAdmissionPolicyBindings].map(
          async (resource) => {
            try {
              return await client.get(resource, { name }, bounded);
            } catch (error) {
              if (isNotFound(error)) return undefined;
              throw error;
            }
          },
        );
        const [policy, binding] = await Promise.all(read);
        return policy !== undefined && binding !== undefined && isOurs(policy) && binds(binding, name);
      }),
  };
}

/** Refuses what it does not allow, also when it cannot be evaluated, and has the rules of this version. */
function isOurs(policy: AnyKubeObject): boolean {
  const spec = asRecord(policy['spec']);
  return (
    // guard: a-policy-of-other-rules-verifies-nothing
    Object.entries(decisionPolicyLabels).every(([key, value]) => policy.metadata.labels?.[key] === value) &&
    policy.metadata.deletionTimestamp === undefined &&
    // guard: a-policy-that-may-fail-verifies-nothing
    asText(spec['failurePolicy']) !== 'Ignore'
  );
}

function binds({ metadata, spec }: AnyKubeObject & { readonly spec?: unknown }, name: string): boolean {
  const { policyName, validationActions, matchResources } = asRecord(spec);
  return (
    metadata.deletionTimestamp === undefined &&
    asText(policyName) === name &&
    // guard: a-policy-that-only-warns-verifies-nothing
    asList(validationActions).includes('Deny') &&
    // guard: a-policy-of-some-namespaces-verifies-nothing
    Object.keys(asRecord(matchResources)).every((key) => key === 'matchPolicy')
  );
}
