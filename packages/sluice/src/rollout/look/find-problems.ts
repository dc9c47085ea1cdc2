import type { Canary } from '../../api/canary.ts';
import { showValue } from '../../api/field-problem.ts';
import type { FieldProblem } from '../../api/field-problem.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { effectiveCanary } from '../../rules/traffic/effective-analysis.ts';
import { isDeleted } from '../../rules/run/finalizer.ts';
import { keyOf } from '../../rules/objects/names.ts';
import { claimsInForce } from '../../rules/objects/claims.ts';
import { heldNames } from '../../rules/objects/serving.ts';
import { isInitializing, isResting } from '../../rules/run/phases.ts';
import type { RolloutDeps } from '../deps.ts';
import type { Seen } from '../seen.ts';
import { readerOf } from './reader.ts';
import { foreignProblems } from './own-objects.ts';
import { validate } from './validate.ts';

export interface Problems {
  readonly problems: readonly FieldProblem[];
  readonly warnings: readonly FieldProblem[];
  readonly isSecond: boolean;
}

type Subject = Pick<Seen, 'key' | 'raw'> & Partial<Pick<Seen, 'ownership' | 'asked' | 'serving'>>;

/** Problems of the spec. `written` is the spec as written; the names in force may be older. */
export function findProblems(seen: Subject, written: Canary, deps: RolloutDeps): Problems {
  const { problems, warnings } = validate(written, deps);
  const { problems: second, isSecond } = findRival(seen.raw, deps);
  const phase = written.status?.phase ?? '';
  // What was applied with a Canary may be deleted with it: its metric templates, say.
  const counting = isDeleted(written)
    ? []
    : [
        ...problems,
        ...(problems.length > 0 ? [] : checkRoutes(written, deps)),
        // Later, one object that was put in the place of ours must not stop the rest.
        ...(isInitializing(phase) && seen.ownership !== undefined ? foreignProblems(seen.ownership) : []),
      ];
  return {
    problems: [...second, ...counting],
    warnings: [...warnings, ...(isResting(phase) ? [] : namesThatWait(seen))],
    isSecond,
  };
}

/** What the routes cannot say, by the router that the spec names. */
function checkRoutes(written: Canary, deps: RolloutDeps): readonly FieldProblem[] {
  const router = deps.providers.findRouter(written.spec.provider ?? deps.options.meshProvider);
  if (router === undefined) return [];
  return router.check(effectiveCanary(written, router.capabilities), readerOf(deps));
}

function findRival(raw: AnyKubeObject, deps: RolloutDeps): Pick<Problems, 'problems' | 'isSecond'> {
  const found = deps.claims.rivalOf(raw);
  if (found === undefined) return { problems: [], isSecond: false };
  const { rival, claims } = found;
  const inForce = new Set(claimsInForce(raw));
  const [claim = ''] = claims;
  const isService = claim.startsWith('Service/');
  const problem: FieldProblem = {
    field: isService ? 'spec.service.name' : 'spec.targetRef.name',
    value: showValue(claim.slice(claim.indexOf('/') + 1)),
    message:
      `Canary ${keyOf(rival)}, which is older, has ${claim.replace('/', ' ')} already: ` +
      'choose another name, or delete one of the two Canaries',
  };
  return { problems: [problem], isSecond: claims.some((one) => inForce.has(one)) };
}

/** A run goes on under the names that it began with. */
function namesThatWait({ asked, serving }: Subject): readonly FieldProblem[] {
  if (asked === undefined || serving === undefined) return [];
  return heldNames(asked, serving).map(({ field, value, held }) => ({
    field,
    value: showValue(value),
    message: `takes effect when the run is over; until then "${held}" stays`,
  }));
}
