import type { Canary } from '../api/canary.ts';
import { canarySpecSchema } from '../api/canary-spec.ts';
import { describeProblem } from '../api/field-problem.ts';
import type { FieldProblem } from '../api/field-problem.ts';
import { parseCanary } from '../api/parse-canary.ts';
import type { AnyKubeObject, ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import type { ReadObject, RouterCapabilities } from '../ports/router.ts';
import { effectiveCanary } from '../rules/traffic/effective-analysis.ts';
import { validateWithParts } from '../rules/validation/validate-with-parts.ts';
import type { Parts } from '../rules/validation/validate-with-parts.ts';
import type { Check } from './checks/check.ts';
import { checkGates } from './checks/check-gates.ts';
import { checkHooks } from './checks/check-hooks.ts';
import { checkJudgement } from './checks/check-judgement.ts';
import { checkMetricSources } from './checks/check-metric-sources.ts';
import { checkServiceFields } from './checks/check-service-fields.ts';
import { checkSteps } from './checks/check-steps.ts';
import { checkTargetRef } from './checks/check-target-ref.ts';
import type { Draft } from './finding.ts';
import { findUnknownFields } from './find-unknown-fields.ts';
import type { LintParts, LintSettings } from './lint-parts.ts';
import { ruleOfProblem } from './rule-of-problem.ts';
import type { Source } from './rule-of-problem.ts';

const checks: readonly Check[] = [
  checkSteps,
  checkJudgement,
  checkMetricSources,
  checkHooks,
  checkGates,
  checkTargetRef,
  checkServiceFields,
];

export interface CanaryContext {
  readonly parts: LintParts;
  readonly settings: LintSettings;
  /** The MetricTemplates of all files. */
  readonly findMetricTemplate: (ref: ObjectRef) => AnyKubeObject | undefined;
}

/** Everything that the files alone say of one Canary. */
export function checkCanary(object: AnyKubeObject, context: CanaryContext): readonly Draft[] {
  const parsed = parseCanary(object);
  const isLarge = 'problems' in parsed && parsed.problems.some(({ field }) => field === 'spec');
  // What is too large for the schema takes too long here, too.
  const unknown = isLarge ? [] : findUnknownFields(canarySpecSchema, object['spec'], 'spec');
  if ('problems' in parsed) return [...draftsOf(parsed.problems, 'schema'), ...unknown];
  return [...unknown, ...checkParsed(parsed.canary, context)];
}

/** Capabilities of a provider that is not known. */
const everything: RouterCapabilities = { weights: true, match: true, mirror: true, sessionAffinity: true };

function checkParsed(
  canary: Canary,
  { parts, settings, findMetricTemplate }: CanaryContext,
): readonly Draft[] {
  const provider = canary.spec.provider ?? settings.meshProvider;
  const router = provider === undefined ? undefined : parts.findRouter(provider);
  const capabilities = router?.capabilities ?? everything;
  const { problems, warnings } = validateWithParts(canary, withUnnamed(parts), {
    ...settings,
    meshProvider: settings.meshProvider ?? unnamed,
    findMetricTemplate: (ref) => findMetricTemplate(ref) ?? standIn,
  });
  const { minimumIntervalMs } = settings;
  const hasTemplate = (ref: ObjectRef): boolean => findMetricTemplate(ref) !== undefined;
  return [
    ...draftsOf(problems, 'validation'),
    ...draftsOf(router?.check(effectiveCanary(canary, capabilities), readNothing) ?? [], 'route'),
    ...draftsOf(warnings, 'warning'),
    ...checks.flatMap((check) => check(canary, { provider, capabilities, minimumIntervalMs, hasTemplate })),
  ];
}

export const draftsOf = (problems: readonly FieldProblem[], source: Source): readonly Draft[] =>
  problems.map((problem) => ({
    rule: ruleOfProblem(problem, source),
    field: problem.field,
    message: describeProblem(problem),
  }));

/** Stands for the provider of a Canary that names none; it is no provider's name. */
const unnamed = '';

const withUnnamed = (parts: LintParts): Parts => ({
  findWorkload: (kind) => parts.findWorkload(kind),
  findScaler: (kind) => parts.findScaler(kind),
  isMetricProvider: (type) => parts.isMetricProvider(type),
  findRouter: (name) => (name === unnamed ? { capabilities: everything } : parts.findRouter(name)),
});

/** A template that is in no file is not a mistake: it can be in the cluster. */
const standIn: AnyKubeObject = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'MetricTemplate',
  metadata: { name: 'unknown' },
  spec: { provider: { type: 'prometheus' }, query: 'vector(1)' },
};

const readNothing: ReadObject = Object.assign(() => undefined, { isListed: () => false });
