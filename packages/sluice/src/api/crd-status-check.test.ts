import { expect, test } from 'vitest';

import { prunedStatusFields } from './crd-status-check.ts';
import { buildCrds } from './crds.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';

function crdOfCanaries(): AnyKubeObject {
  const crd = buildCrds().find(({ metadata }) => metadata.name === 'canaries.flagger.app');
  if (crd === undefined) throw new Error('no CRD of Canaries');
  return crd;
}

const crdWithSchema = (openAPIV3Schema: unknown): AnyKubeObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'canaries.flagger.app' },
  spec: { versions: [{ name: 'v1beta1', served: true, storage: true, schema: { openAPIV3Schema } }] },
});

/** The status that Flagger 1.44's definition keeps. */
const flaggerStatus = {
  type: 'object',
  properties: {
    ...Object.fromEntries(
      ['failedChecks', 'canaryWeight', 'iterations'].map((name) => [name, { type: 'number' }]),
    ),
    ...Object.fromEntries(
      [
        'phase',
        'lastAppliedSpec',
        'lastPromotedSpec',
        'lastTransitionTime',
        'sessionAffinityCookie',
        'primarySessionAffinityCookie',
        'previousSessionAffinityCookie',
      ].map((name) => [name, { type: 'string' }]),
    ),
    trackedConfigs: { type: 'object', additionalProperties: { type: 'string' } },
    conditions: {
      type: 'array',
      items: {
        type: 'object',
        properties: Object.fromEntries(
          ['lastTransitionTime', 'lastUpdateTime', 'message', 'reason', 'status', 'type'].map((name) => [
            name,
            { type: 'string' },
          ]),
        ),
      },
    },
  },
};

test('our own definition keeps every field', () => {
  expect(prunedStatusFields(crdOfCanaries())).toEqual([]);
});

test("with Flagger's definition, what Sluice adds would be lost, and nothing else", () => {
  const pruned = prunedStatusFields(crdWithSchema({ type: 'object', properties: { status: flaggerStatus } }));
  expect(pruned).toEqual(
    expect.arrayContaining(['status.run', 'status.hooks', 'status.waiting', 'status.outbox']),
  );
  for (const name of Object.keys(flaggerStatus.properties)) expect(pruned).not.toContain(`status.${name}`);
  expect(pruned.filter((field) => field.startsWith('status.conditions'))).toEqual([]);
});

test('a field lost deep inside a list is found', () => {
  const text = JSON.stringify(crdOfCanaries());
  const older: AnyKubeObject = JSON.parse(text.replace('"noDataGrace":', '"noDataGraceX":'));
  expect(prunedStatusFields(older)).toEqual(['status.run.noDataGrace']);
});

test('a definition without a status schema loses all of it', () => {
  expect(prunedStatusFields(crdWithSchema({ type: 'object', properties: {} }))).toEqual(['status']);
});

test.each([
  ['of the whole object', { 'x-kubernetes-preserve-unknown-fields': true }],
  ['of the status', { properties: { status: { 'x-kubernetes-preserve-unknown-fields': true } } }],
])('a definition that keeps unknown fields %s loses none', (_case, schema) => {
  expect(prunedStatusFields(crdWithSchema(schema))).toEqual([]);
});
