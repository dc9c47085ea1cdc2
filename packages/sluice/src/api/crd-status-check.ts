import { canaryStatusSchema } from './canary-status.ts';
import { joinField } from './field-problem.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { structuralSchema } from './structural-schema.ts';

/**
 * Fields of our status that the API server would drop with this CRD of Canaries installed, outermost only
 * (`status.run`, `status.conditions[].x`); empty when it keeps them all.
 */
export function prunedStatusFields(crd: AnyKubeObject): readonly string[] {
  const ours = structuralSchema(canaryStatusSchema, 'status');
  return missingFields(ours, installedStatusSchema(crd), 'status');
}

function installedStatusSchema(crd: AnyKubeObject): unknown {
  const versions = at(crd, 'spec', 'versions');
  const stored: unknown = Array.isArray(versions)
    ? versions.find((version) => at(version, 'storage') === true)
    : undefined;
  const schema = at(stored, 'schema', 'openAPIV3Schema');
  if (at(schema, 'x-kubernetes-preserve-unknown-fields') === true) return schema;
  return at(schema, 'properties', 'status');
}

function missingFields(ours: unknown, installed: unknown, path: string): readonly string[] {
  if (installed === undefined) return [path];
  if (at(installed, 'x-kubernetes-preserve-unknown-fields') === true) return [];
  const items = at(ours, 'items');
  if (items !== undefined) return missingFields(items, at(installed, 'items'), `${path}[]`);
  const values = at(ours, 'additionalProperties');
  if (values !== undefined) {
    return at(installed, 'additionalProperties') === true
      ? []
      : missingFields(values, at(installed, 'additionalProperties'), path);
  }
  const properties = at(ours, 'properties');
  if (typeof properties !== 'object' || properties === null) return [];
  return Object.entries(properties).flatMap(([name, property]) =>
    missingFields(property, at(installed, 'properties', name), joinField(path, name)),
  );
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const name of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) return undefined;
    current = Reflect.get(current, name);
  }
  return current;
}
