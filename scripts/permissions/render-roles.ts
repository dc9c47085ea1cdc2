import { stringify } from 'yaml';
import { policyName } from '../decision-policy/render-policy.ts';
import { roleRules } from './role-rules.ts';
import type { RoleRule } from './role-rules.ts';

const note = 'Generated from scripts/permissions by `npm run generate`. Do not edit.';
const rulesYaml = (rules: readonly RoleRule[]): string =>
  stringify(rules, { aliasDuplicateObjects: false, lineWidth: 0, singleQuote: true }).trimEnd();

/** deploy/chart/sluice/templates/_rules.tpl: the rules, each scope a template of its own. */
export function renderChartRules(): string {
  const define = (name: string, body: string): string =>
    `{{- define "sluice.${name}" -}}\n${body}\n{{- end }}\n`;
  const tracked = [
    rulesYaml(roleRules('work')),
    '{{- if .Values.configTracking.enabled }}',
    rulesYaml(roleRules('work', { configTracking: true })),
    '{{- else if ne .Values.metricsSecrets "none" }}',
    rulesYaml(roleRules('work', { configTracking: false, metricsSecrets: true })),
    '{{- end }}',
  ].join('\n');
  const ofCluster = [
    rulesYaml(roleRules('cluster')),
    '{{- with include "sluice.decisionPolicy" . }}',
    rulesYaml(roleRules('cluster', { decisionPolicy: true })).replaceAll(policyName, '{{ . }}'),
    '{{- end }}',
  ].join('\n');
  return [
    `{{- /* ${note} */ -}}\n`,
    define('clusterRules', ofCluster),
    define('workRules', tracked),
    define('leaseRules', rulesYaml(roleRules('lease'))),
  ].join('\n');
}

/** deploy/kustomize/roles.yaml: the same for the whole cluster, with the Lease in the namespace of the controller. */
export function renderKustomizeRoles(): string {
  const rules = [
    ...roleRules('cluster'),
    ...roleRules('cluster', { decisionPolicy: true }),
    ...roleRules('work'),
    ...roleRules('work', { configTracking: true }),
  ];
  const objects = [
    role('ClusterRole', rules),
    binding('ClusterRole'),
    role('Role', roleRules('lease')),
    binding('Role'),
  ];
  const documents = objects.map((object) =>
    stringify(object, { aliasDuplicateObjects: false, lineWidth: 0, singleQuote: true }),
  );
  return `# ${note}\n${documents.join('---\n')}`;
}

type RoleKind = 'Role' | 'ClusterRole';
const name = 'sluice';
const namespace = 'sluice-system';
const metadataOf = (kind: RoleKind) => (kind === 'Role' ? { name, namespace } : { name });

const role = (kind: RoleKind, rules: readonly RoleRule[]) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata: metadataOf(kind),
  rules,
});

const binding = (kind: RoleKind) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: `${kind}Binding`,
  metadata: metadataOf(kind),
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
  subjects: [{ kind: 'ServiceAccount', name, namespace }],
});
