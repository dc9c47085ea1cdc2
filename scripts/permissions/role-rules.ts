import { permissions } from './permissions.ts';
import type { Permission, PermissionScope, Verb } from './permissions.ts';

/** A rule of a Role, as Kubernetes writes it. */
export interface RoleRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly Verb[];
}

const verbOrder: readonly Verb[] = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

export const resourceOf = ({ resource, subresource }: Permission): string =>
  subresource === undefined ? resource.plural : `${resource.plural}/${subresource}`;

/** Of a permission: all absent for those that always hold. */
export type Conditions = Pick<Permission, 'configTracking' | 'metricsSecrets' | 'decisionPolicy'>;

/** The rules of one scope that hold under exactly these conditions. */
export function roleRules(scope: PermissionScope, conditions: Conditions = {}): readonly RoleRule[] {
  const chosen = permissions.filter(
    (permission) =>
      permission.scope === scope &&
      permission.configTracking === conditions.configTracking &&
      permission.metricsSecrets === conditions.metricsSecrets &&
      permission.decisionPolicy === conditions.decisionPolicy,
  );
  return byVerbs(byResource(chosen));
}

/** One rule for each resource: several providers may ask for the same. */
function byResource(chosen: readonly Permission[]): readonly RoleRule[] {
  const rules = new Map<string, RoleRule>();
  for (const permission of chosen) {
    const { names, verbs } = permission;
    const key = JSON.stringify([permission.resource.group, resourceOf(permission), names]);
    const all = new Set([...(rules.get(key)?.verbs ?? []), ...verbs]);
    rules.set(key, {
      apiGroups: [permission.resource.group],
      resources: [resourceOf(permission)],
      ...(names === undefined ? {} : { resourceNames: names }),
      verbs: verbOrder.filter((verb) => all.has(verb)),
    });
  }
  return [...rules.values()];
}

/** Resources of one group that are asked for alike share a rule. */
function byVerbs(rules: readonly RoleRule[]): readonly RoleRule[] {
  const joined = new Map<string, RoleRule>();
  for (const rule of rules) {
    const key = JSON.stringify([rule.apiGroups, rule.resourceNames, rule.verbs]);
    const resources = [...(joined.get(key)?.resources ?? []), ...rule.resources];
    joined.set(key, { ...rule, resources });
  }
  return [...joined.values()];
}
