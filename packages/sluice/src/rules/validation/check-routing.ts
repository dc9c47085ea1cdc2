import type { Canary } from '../../api/canary.ts';
import { strategyOf } from '../traffic/strategy.ts';
import { problem, warning } from './finding.ts';
import type { Finding } from './finding.ts';

/** Checks `mirror` and `sessionAffinity`, which this router, or an A/B test, may not support. */
export function checkRouting(
  { spec: { analysis } }: Canary,
  router: { readonly mirrors: boolean; readonly keepsCallers: boolean },
): readonly Finding[] {
  const findings: Finding[] = [];
  const picks = strategyOf(analysis) === 'ab-testing';
  const { mirror, sessionAffinity } = analysis;
  if (mirror === true && !router.mirrors)
    findings.push(
      warning('spec.analysis.mirror', true, 'this provider cannot copy requests: the run goes without'),
    );
  else if (mirror === true && picks)
    findings.push(warning('spec.analysis.mirror', true, 'an A/B test copies no requests'));
  if (sessionAffinity === undefined) return findings;
  const field = 'spec.analysis.sessionAffinity';
  if (!router.keepsCallers)
    findings.push(
      problem(
        field,
        sessionAffinity,
        'this provider cannot keep callers at one side: take it out, or use one that can',
      ),
    );
  else if (picks)
    findings.push(warning(field, sessionAffinity, 'in an A/B test the match says who goes where'));
  return findings;
}
