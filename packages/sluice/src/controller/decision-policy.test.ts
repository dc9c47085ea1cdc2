import { describe, expect, it } from 'vitest';
import { KubeError } from '@sluice/kube/objects/kube-error.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { createDecisionPolicy } from './decision-policy.ts';

const name = 'sluice-decisions';
const labels = { 'sluice.dev/decision-policy': '1' };

type Change = (object: AnyKubeObject) => AnyKubeObject | undefined;
const same: Change = (object) => object;

/** Whether the policy counts as enforced, when the API server has the objects of the chart, changed. */
async function isEnforced({
  policy = same,
  binding = same,
}: {
  policy?: Change;
  binding?: Change;
}): Promise<boolean> {
  const objects: Readonly<Record<string, AnyKubeObject | undefined>> = {
    ValidatingAdmissionPolicy: policy({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name, labels },
      spec: { failurePolicy: 'Fail' },
    }),
    ValidatingAdmissionPolicyBinding: binding({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name, labels },
      spec: { policyName: name, validationActions: ['Deny'] },
    }),
  };
  const get: KubeClient['get'] = ({ kind }) => {
    const found = objects[kind];
    return found === undefined
      ? Promise.reject(new KubeError('not found', { code: 404, reason: 'NotFound' }))
      : Promise.resolve(found);
  };
  const client = { get } as unknown as KubeClient;
  return createDecisionPolicy({ client, clock: createFakeClock(), name }).isEnforced(
    new AbortController().signal,
  );
}

const withSpec =
  (spec: Readonly<Record<string, unknown>>): Change =>
  (object) => ({ ...object, spec: { ...(object['spec'] as object), ...spec } });

describe('the decision policy', () => {
  it('of the chart, and bound to all requests, verifies names', async () => {
    expect(await isEnforced({})).toBe(true);
  });

  it.each<[string, Parameters<typeof isEnforced>[0]]>([
    ['that is missing', { policy: () => undefined }],
    ['that is not bound', { binding: () => undefined }],
    ['of other rules', { policy: (object) => ({ ...object, metadata: { name, labels: {} } }) }],
    ['that may fail', { policy: withSpec({ failurePolicy: 'Ignore' }) }],
    ['that only warns', { binding: withSpec({ validationActions: ['Warn', 'Audit'] }) }],
    ['whose binding is of another policy', { binding: withSpec({ policyName: 'other' }) }],
    [
      'of some namespaces',
      { binding: withSpec({ matchResources: { namespaceSelector: { matchLabels: { team: 'a' } } } }) },
    ],
  ])('%s verifies nothing', async (_title, changes) => {
    expect(await isEnforced(changes)).toBe(false);
  });
});
