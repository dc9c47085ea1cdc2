import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { equalJson, isObject, listAt, objectAt, textAt, type JsonObject } from './json.ts';
import type { StatusCause } from './status-error.ts';

/** Checks the rules of built-in kinds that users often break. Returns causes in the real server's words. */
export function builtInCauses(
  resource: ResourceType,
  object: JsonObject,
  previous: AnyKubeObject | undefined,
): StatusCause[] {
  switch (`${resource.plural}.${resource.group}`) {
    case 'deployments.apps':
    case 'replicasets.apps':
    case 'daemonsets.apps':
    case 'statefulsets.apps':
      return workloadCauses(object, previous);
    case 'pods.':
      return podCauses(objectAt(object, 'spec'), 'spec');
    case 'services.':
      return serviceCauses(objectAt(object, 'spec'));
    case 'customresourcedefinitions.apiextensions.k8s.io':
      return definitionCauses(object);
    default:
      return [];
  }
}

const required = (field: string, message = 'Required value'): StatusCause => ({
  reason: 'FieldValueRequired',
  field,
  message,
});
const bad = (field: string, value: unknown, why: string): StatusCause => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${JSON.stringify(value)?.slice(0, 300)}: ${why}`,
});

function workloadCauses(object: JsonObject, previous: AnyKubeObject | undefined): StatusCause[] {
  const spec = objectAt(object, 'spec');
  const selector = objectAt(spec, 'selector');
  const wanted = objectAt(selector, 'matchLabels');
  const template = objectAt(spec, 'template');
  const labels = objectAt(objectAt(template, 'metadata'), 'labels');
  const causes: StatusCause[] = [];
  const replicas = spec['replicas'];
  if (typeof replicas === 'number' && replicas < 0) {
    causes.push(bad('spec.replicas', replicas, 'must be greater than or equal to 0'));
  }
  if (Object.keys(selector).length === 0) causes.push(required('spec.selector'));
  if (Object.entries(wanted).some(([key, value]) => labels[key] !== value)) {
    causes.push(bad('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
  }
  if (previous !== undefined && !equalJson(objectAt(objectAt(previous, 'spec'), 'selector'), selector)) {
    causes.push(bad('spec.selector', selector, 'field is immutable'));
  }
  return [...causes, ...podCauses(objectAt(template, 'spec'), 'spec.template.spec')];
}

function podCauses(spec: JsonObject, path: string): StatusCause[] {
  const containers = listAt(spec, 'containers').filter(isObject);
  if (containers.length === 0) return [required(`${path}.containers`)];
  const names = containers.map((container) => textAt(container, 'name'));
  return containers.flatMap((container, index) => {
    const at = `${path}.containers[${index}]`;
    const name = names[index] ?? '';
    const causes: StatusCause[] = [];
    if (name === '') causes.push(required(`${at}.name`));
    if (name !== '' && names.indexOf(name) < index) {
      causes.push({
        reason: 'FieldValueDuplicate',
        field: `${at}.name`,
        message: `Duplicate value: ${JSON.stringify(name)}`,
      });
    }
    if (textAt(container, 'image') === '') causes.push(required(`${at}.image`));
    return causes;
  });
}

function serviceCauses(spec: JsonObject): StatusCause[] {
  const ports = listAt(spec, 'ports').filter(isObject);
  if (spec['type'] === 'ExternalName' || spec['clusterIP'] === 'None') return [];
  if (ports.length === 0) return [required('spec.ports')];
  return ports.flatMap((port, index) => {
    const number = port['port'];
    const fits = typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= 65_535;
    const causes = fits
      ? []
      : [bad(`spec.ports[${index}].port`, number, 'must be between 1 and 65535, inclusive')];
    const nameless = ports.length > 1 && textAt(port, 'name') === '';
    return nameless ? [...causes, required(`spec.ports[${index}].name`)] : causes;
  });
}

function definitionCauses(object: JsonObject): StatusCause[] {
  const spec = objectAt(object, 'spec');
  const plural = textAt(objectAt(spec, 'names'), 'plural');
  const expected = `${plural}.${textAt(spec, 'group')}`;
  const name = textAt(objectAt(object, 'metadata'), 'name');
  const causes: StatusCause[] = [];
  if (name !== expected) causes.push(bad('metadata.name', name, `must be spec.names.plural+"."+spec.group`));
  if (textAt(objectAt(spec, 'names'), 'kind') === '') causes.push(required('spec.names.kind'));
  const stored = listAt(spec, 'versions').filter(
    (version) => isObject(version) && version['storage'] === true,
  );
  if (stored.length !== 1) {
    causes.push(
      bad('spec.versions', stored.length, 'must have exactly one version marked as storage version'),
    );
  }
  return causes;
}
