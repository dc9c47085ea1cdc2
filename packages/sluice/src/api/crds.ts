import type { TSchema } from 'typebox';

import { alertProviderSpecSchema } from './alert-provider.ts';
import { canarySpecSchema } from './canary-spec.ts';
import { canaryStatusSchema } from './canary-status.ts';
import type { KubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { metricTemplateSpecSchema } from './metric-template.ts';
import { alertProviders, canaries, metricTemplates } from './resources.ts';
import { structuralSchema } from './structural-schema.ts';
import type { StructuralSchema } from './structural-schema.ts';

export type CustomResourceDefinition = Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'> & {
  readonly spec: Readonly<Record<string, unknown>>;
};

interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'date';
  readonly jsonPath: string;
  /** 1: with `-o wide` only. */
  readonly priority?: 1;
}

const column = (name: string, jsonPath: string): PrinterColumn => ({ name, type: 'string', jsonPath });
const wide = (name: string, jsonPath: string, type: PrinterColumn['type'] = 'string'): PrinterColumn => ({
  name,
  type,
  jsonPath,
  priority: 1,
});

const canaryColumns: readonly PrinterColumn[] = [
  column('Status', '.status.phase'),
  column('Weight', '.status.canaryWeight'),
  wide('Suspended', '.spec.suspend', 'boolean'),
  wide('FailedChecks', '.status.failedChecks'),
  wide('Interval', '.spec.analysis.interval'),
  wide('Mirror', '.spec.analysis.mirror', 'boolean'),
  wide('StepWeight', '.spec.analysis.stepWeight'),
  wide('StepWeights', '.spec.analysis.stepWeights'),
  wide('MaxWeight', '.spec.analysis.maxWeight'),
  column('LastTransitionTime', '.status.lastTransitionTime'),
  // These follow Flagger's columns, because scripts count positions.
  column('Reason', '.status.waiting.reason'),
  wide('Images', '.status.run.newImages'),
  wide('Age', '.metadata.creationTimestamp', 'date'),
];

/** The definitions to install: Flagger's kinds, with our status fields added to its own. */
export function buildCrds(): readonly CustomResourceDefinition[] {
  return [
    define(canaries, canaryColumns, { spec: canarySpecSchema, status: canaryStatusSchema }),
    define(metricTemplates, [column('Provider', '.spec.provider.type')], { spec: metricTemplateSpecSchema }),
    define(alertProviders, [column('Type', '.spec.type')], { spec: alertProviderSpecSchema }),
  ];
}

function define(
  resource: ResourceType,
  columns: readonly PrinterColumn[],
  schemas: { readonly spec: TSchema; readonly status?: TSchema },
): CustomResourceDefinition {
  const { group, kind, plural, version } = resource;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    // Helm deletes the objects it installed; without the definition every Canary would be deleted.
    metadata: { name: `${plural}.${group}`, annotations: { 'helm.sh/resource-policy': 'keep' } },
    spec: {
      group,
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase(), categories: ['all'] },
      scope: 'Namespaced',
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: columns,
          schema: { openAPIV3Schema: objectSchema(schemas) },
        },
      ],
    },
  };
}

function objectSchema(schemas: { readonly spec: TSchema; readonly status?: TSchema }): StructuralSchema {
  return {
    type: 'object',
    properties: {
      apiVersion: { type: 'string', description: 'Group and version of this kind.' },
      kind: { type: 'string', description: 'Name of this kind.' },
      metadata: { type: 'object' },
      spec: structuralSchema(schemas.spec, 'spec'),
      ...(schemas.status === undefined ? {} : { status: statusSchema(schemas.status) }),
    },
  };
}

/** A patch of one field of an empty status must pass, as it does with Flagger's definition. */
function statusSchema(schema: TSchema): StructuralSchema {
  const { required: _required, ...status } = structuralSchema(schema, 'status');
  return status;
}
