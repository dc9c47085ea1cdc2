import type { FieldProblem } from '../api/field-problem.ts';
import { absent } from '../api/field-problem.ts';
import type { RuleId } from './rules.ts';

/** Where a problem was found. `route`: by the router that the spec names. */
export type Source = 'schema' | 'validation' | 'route' | 'warning';

type Row = readonly [field: RegExp, rule: RuleId];

const hook = String.raw`^spec\.analysis\.webhooks\[\d+\]`;
const metric = String.raw`^spec\.analysis\.metrics\[\d+\]`;

/** The first row whose expression matches the field. */
const ofValidation: readonly Row[] = [
  [/^spec\.provider$/, 'PROVIDER001'],
  [/^spec\.targetRef\.kind$/, 'TARGET001'],
  [/\.(templateRef|providerRef|upstreamRef)\.namespace$/, 'REF001'],
  [/^spec\.(targetRef|service)\.(name|portName)$/, 'NAME001'],
  [/^spec\.service\./, 'SERVICE001'],
  [/^spec\.analysis\.interval$/, 'TIME001'],
  [new RegExp(`${hook}.*\\.(timeout|pollInterval|deadline|remindEvery)$`), 'TIME001'],
  [new RegExp(`${metric}\\.interval$`), 'TIME001'],
  [/^spec\.analysis\.(iterations|stepWeights?|maxWeight)/, 'WEIGHT001'],
  [new RegExp(metric), 'METRIC001'],
  [new RegExp(`${hook}\\.url$`), 'HOOK001'],
  [/^spec\.metricsServer$/, 'METRIC001'],
  [new RegExp(`${hook}\\.type$`), 'APPROVAL001'],
  [new RegExp(`${hook}\\.approval\\.quorum$`), 'APPROVAL002'],
  [/^spec\.analysis\.sessionAffinity/, 'ROUTE003'],
];

const ofWarnings: readonly Row[] = [
  [/^spec\.analysis\.interval$/, 'TIME003'],
  [/^spec\.targetRef\.kind$/, 'TARGET002'],
  [/^spec\.autoscalerRef$/, 'SCALER001'],
  [/^spec\.analysis\.stepWeights/, 'WEIGHT002'],
  [/^spec\.analysis\.(match|iterations)$/, 'WEIGHT005'],
  [new RegExp(metric), 'METRIC002'],
  [/^spec\.analysis\.mirror$/, 'ROUTE002'],
  [/^spec\.analysis\.sessionAffinity$/, 'ROUTE004'],
  [/^spec\.analysis\.alerts$/, 'ALERT001'],
];

/** The rule that a problem of the controller's own checks belongs to. */
export function ruleOfProblem({ field, value }: FieldProblem, source: Source): RuleId {
  if (source === 'route') return 'ROUTE001';
  if (source === 'warning') return find(ofWarnings, field) ?? 'FIELD006';
  if (value === absent) return 'FIELD002';
  if (source === 'validation') return find(ofValidation, field) ?? 'FIELD005';
  return field === 'spec' && value === 'too large' ? 'FIELD004' : 'FIELD001';
}

const find = (rows: readonly Row[], field: string): RuleId | undefined =>
  rows.find(([expression]) => expression.test(field))?.[1];
