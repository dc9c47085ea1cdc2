import { permissions } from './permissions.ts';
import type { Permission, PermissionScope } from './permissions.ts';
import { resourceOf } from './role-rules.ts';

/** docs/reference/permissions.md: the table of permissions, for people. */
export function renderPermissionsPage(): string {
  return [
    '# Permissions',
    '<!-- Generated from scripts/permissions by `npm run generate`. Do not edit. -->',
    introduction,
    ...sections.map(([scope, title]) => `## ${title}\n\n${table(scope)}`),
    closing,
  ]
    .join('\n\n')
    .concat('\n');
}

const introduction = `What the controller asks the API server for. The roles of the chart and of \`deploy/kustomize\` grant exactly this: a test runs rollouts of every kind
under them on a real API server and compares them with what its authorizers were asked, so none is missing and none is spare.`;

const sections: readonly (readonly [PermissionScope, string])[] = [
  ['work', 'Where the Canaries are'],
  ['lease', 'Where the Lease stands'],
  ['cluster', 'At the cluster'],
];

const closing = `With \`-namespace\` or \`-namespaces\` (values \`namespace\` and \`namespaces\` of the chart) the first table is a Role in each of these namespaces, and nothing is of the cluster: the last table
is left out with its check. With \`-namespace\` the Lease stands there too, with \`-namespaces\` in \`-leader-election-namespace\`. References of a Canary to other namespaces are then out of reach.`;

function table(scope: PermissionScope): string {
  const rows = permissions.filter((permission) => permission.scope === scope).map(row);
  return ['| API group | resource | verbs | for |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function row(permission: Permission): string {
  const { resource, verbs, names, configTracking, decisionPolicy, why } = permission;
  const named = names === undefined ? '' : ` (${names.map(code).join(', ')})`;
  const group = resource.group === '' ? 'core' : code(resource.group);
  return `| ${group} | ${code(resourceOf(permission))}${named} | ${verbs.join(', ')} | ${why}${conditions.get(configTracking) ?? ''}${decisionPolicy === true ? ' (with `-decision-policy`, which gives the name)' : ''} |`;
}

const conditions = new Map<boolean | undefined, string>([
  [true, ' (not with `-enable-config-tracking=false`)'],
  [false, ' (with `-enable-config-tracking=false`)'],
]);

const code = (text: string): string => `\`${text}\``;
