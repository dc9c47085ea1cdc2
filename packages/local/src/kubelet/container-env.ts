import { ConfigError } from './config-error.ts';
import { requireEntries } from './config-source.ts';
import type { ConfigKind, ConfigSource } from './config-source.ts';
import { expandVariables } from './expand-variables.ts';
import { fieldValue } from './field-reference.ts';
import type { Container, EnvFrom, EnvVar, KeyReference, Pod } from './pod.ts';

interface EnvOptions {
  readonly pod: Pod;
  readonly container: Container;
  readonly podIp: string;
  readonly config: ConfigSource;
  /** Variables that the cluster gives to every container; the container's own win. */
  readonly base: Readonly<Record<string, string>>;
}

/** The environment of a container's processes. Throws `ConfigError` when a reference is missing. */
export function containerEnv(options: EnvOptions): Record<string, string> {
  const variables: Record<string, string> = { ...options.base };
  for (const source of options.container.envFrom ?? []) Object.assign(variables, fromSource(source, options));
  for (const variable of options.container.env ?? []) {
    const value = valueOf(variable, variables, options);
    if (value !== undefined) variables[variable.name] = value;
  }
  return variables;
}

function fromSource({ prefix = '', configMapRef, secretRef }: EnvFrom, { config }: EnvOptions) {
  const variables: Record<string, string> = {};
  const take = (kind: ConfigKind, name: string, optional: boolean | undefined): void => {
    for (const [key, value] of requireEntries(config, kind, name, optional)) {
      variables[prefix + key] = value.toString();
    }
  };
  if (configMapRef !== undefined) take('configmap', configMapRef.name, configMapRef.optional);
  if (secretRef !== undefined) take('secret', secretRef.name, secretRef.optional);
  return variables;
}

function valueOf(
  { name, value, valueFrom }: EnvVar,
  known: Readonly<Record<string, string>>,
  { pod, podIp, config, container }: EnvOptions,
): string | undefined {
  if (valueFrom?.fieldRef !== undefined) {
    const found = fieldValue(pod, podIp, valueFrom.fieldRef.fieldPath);
    if (found !== undefined) return found;
    throw new ConfigError(`env ${name}: unsupported fieldPath "${valueFrom.fieldRef.fieldPath}"`);
  }
  if (valueFrom?.configMapKeyRef !== undefined) return keyOf('configmap', valueFrom.configMapKeyRef, config);
  if (valueFrom?.secretKeyRef !== undefined) return keyOf('secret', valueFrom.secretKeyRef, config);
  if (valueFrom?.resourceFieldRef !== undefined) {
    return resourceOf(container, valueFrom.resourceFieldRef.resource);
  }
  return expandVariables(value ?? '', known);
}

function keyOf(kind: ConfigKind, reference: KeyReference, config: ConfigSource): string | undefined {
  const value = requireEntries(config, kind, reference.name, reference.optional).get(reference.key);
  if (value !== undefined) return value.toString();
  if (reference.optional === true) return undefined;
  throw new ConfigError(`couldn't find key ${reference.key} in ${kind} "${reference.name}"`);
}

/** `limits.cpu` and the like, as written. Quantities are not converted, because nothing is limited here. */
function resourceOf(container: Container, resource: string): string {
  const [side, ...rest] = resource.split('.');
  const amounts = side === 'limits' ? container.resources?.limits : container.resources?.requests;
  return amounts?.[rest.join('.')] ?? '0';
}
