import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { isObject, listAt, objectAt, textAt, type JsonObject } from './json.ts';
import type { CustomVersion, PrinterColumn, ScalePaths, ServedKind } from './served-kind.ts';

/** The served kind that a CustomResourceDefinition declares. */
export function customKind(definition: AnyKubeObject): ServedKind {
  const spec = objectAt(definition, 'spec');
  const names = objectAt(spec, 'names');
  const versions = listAt(spec, 'versions').filter(isObject);
  const served = versions.filter((version) => version['served'] === true);
  const stored = versions.find((version) => version['storage'] === true) ?? served[0];
  const scale = scaleOf(objectAt(stored, 'subresources')['scale']);
  return {
    resource: {
      group: textAt(spec, 'group'),
      version: textAt(stored, 'name'),
      plural: textAt(names, 'plural'),
      kind: textAt(names, 'kind'),
      namespaced: textAt(spec, 'scope') !== 'Cluster',
    },
    versions: served.map((version) => textAt(version, 'name')),
    singular: textAt(names, 'singular') || textAt(names, 'kind').toLowerCase(),
    shortNames: listAt(names, 'shortNames').filter((name) => typeof name === 'string'),
    categories: listAt(names, 'categories').filter((name) => typeof name === 'string'),
    status: objectAt(stored, 'subresources')['status'] !== undefined,
    generation: true,
    ...(scale === undefined ? {} : { scale }),
    custom: new Map(served.map((version) => [textAt(version, 'name'), customVersion(version)])),
  };
}

function customVersion(version: JsonObject): CustomVersion {
  const schema = objectAt(version, 'schema')['openAPIV3Schema'];
  const columns = version['additionalPrinterColumns'];
  return {
    schema: isObject(schema) ? schema : undefined,
    columns: Array.isArray(columns) ? columns.filter(isObject).map(printerColumn) : undefined,
  };
}

function printerColumn(column: JsonObject): PrinterColumn {
  const format = textAt(column, 'format');
  const description = textAt(column, 'description');
  return {
    name: textAt(column, 'name'),
    type: textAt(column, 'type'),
    ...(format === '' ? {} : { format }),
    ...(description === '' ? {} : { description }),
    priority: typeof column['priority'] === 'number' ? column['priority'] : 0,
    jsonPath: textAt(column, 'jsonPath'),
  };
}

function scaleOf(scale: unknown): ScalePaths | undefined {
  if (!isObject(scale)) return undefined;
  const selector = textAt(scale, 'labelSelectorPath');
  return {
    specReplicas: textAt(scale, 'specReplicasPath'),
    statusReplicas: textAt(scale, 'statusReplicasPath'),
    ...(selector === '' ? {} : { selector }),
  };
}
