import { stringify } from 'yaml';
import { decisionPolicyLabels } from '@sluice/sluice/rules/objects/object-keys.ts';
import { bindingSpec, policySpec } from './policy-spec.ts';
import { userRoles } from './user-roles.ts';

const note = 'Generated from scripts/decision-policy by `npm run generate`. Do not edit.';
const yaml = (value: unknown): string =>
  stringify(value, { aliasDuplicateObjects: false, lineWidth: 0, singleQuote: true });

/** Name of policy and binding in deploy/kustomize, and in a release `sluice` of the chart. */
export const policyName = 'sluice-decisions';

/** deploy/chart/sluice/templates/_decisions.tpl: specs, labels and rules, each a template of its own. */
export function renderChartDecisions(): string {
  const define = (name: string, value: unknown): string =>
    `{{- define "sluice.${name}" -}}\n${yaml(value).trimEnd()}\n{{- end }}\n`;
  return [
    `{{- /* ${note} */ -}}\n`,
    define('decisionPolicyLabels', decisionPolicyLabels),
    define('decisionPolicySpec', policySpec),
    define('decisionBindingSpec', bindingSpec),
    define('userRoles', userRoles),
  ].join('\n');
}

/** deploy/kustomize/decision-policy.yaml. */
export function renderKustomizePolicy(): string {
  const object = (kind: string, spec: object): object => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: { name: policyName, labels: decisionPolicyLabels },
    spec,
  });
  return documents([
    object('ValidatingAdmissionPolicy', policySpec),
    object('ValidatingAdmissionPolicyBinding', { policyName, ...bindingSpec }),
  ]);
}

/** deploy/kustomize/user-roles.yaml. */
export function renderKustomizeUserRoles(): string {
  return documents(
    userRoles.map(({ name, labels, rules }) => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: `sluice-${name}`, ...(labels === undefined ? {} : { labels }) },
      rules,
    })),
  );
}

const documents = (objects: readonly object[]): string => `# ${note}\n${objects.map(yaml).join('---\n')}`;
