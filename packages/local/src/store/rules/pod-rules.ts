import { isObject, listAt, textAt, type JsonObject } from '../json.ts';
import type { StatusCause } from '../status-error.ts';
import { duplicate, faultsOf, required } from './cause.ts';
import { containerCauses } from './container-rules.ts';
import { labelCauses } from './metadata-rules.ts';
import { dnsLabel, dnsSubdomain, type NameRule } from './names.ts';
import { volumeCauses } from './volume-rules.ts';

/** Names within a pod that are checked when they are given. */
const named: Readonly<Record<string, NameRule>> = {
  hostname: dnsLabel,
  subdomain: dnsLabel,
  nodeName: dnsSubdomain,
  serviceAccountName: dnsSubdomain,
  priorityClassName: dnsSubdomain,
  runtimeClassName: dnsSubdomain,
};

/** The spec of a pod or of a template. A spec that is the very same as `before` was checked when it was written. */
export function podCauses(spec: JsonObject, path: string, before?: unknown): StatusCause[] {
  if (spec === before) return [];
  const volumes = listAt(spec, 'volumes');
  const names = new Set(volumes.map((volume) => textAt(volume, 'name')));
  const containers = listAt(spec, 'containers');
  return [
    ...volumeCauses(volumes, `${path}.volumes`),
    ...(containers.length === 0 ? [required(`${path}.containers`)] : []),
    ...listCauses(spec, path, names),
    ...labelCauses(`${path}.nodeSelector`, isObject(spec['nodeSelector']) ? spec['nodeSelector'] : {}),
    ...Object.entries(named).flatMap(([key, rule]) => {
      const value = textAt(spec, key);
      return value === '' ? [] : faultsOf(`${path}.${key}`, value, rule);
    }),
    ...listAt(spec, 'hostAliases').flatMap((alias, index) =>
      listAt(alias, 'hostnames').flatMap((name, at) =>
        faultsOf(`${path}.hostAliases[${index}].hostnames[${at}]`, String(name), dnsSubdomain),
      ),
    ),
  ];
}

/** Init containers come second and may not repeat a name either. */
function listCauses(spec: JsonObject, path: string, volumes: ReadonlySet<string>): StatusCause[] {
  const seen = new Set<string>();
  return ['containers', 'initContainers'].flatMap((key) =>
    listAt(spec, key)
      .filter(isObject)
      .flatMap((container, index) => {
        const at = `${path}.${key}[${index}]`;
        const name = textAt(container, 'name');
        const causes = containerCauses(container, at, volumes);
        if (name !== '' && seen.has(name)) causes.push(duplicate(`${at}.name`, name));
        seen.add(name);
        return causes;
      }),
  );
}
