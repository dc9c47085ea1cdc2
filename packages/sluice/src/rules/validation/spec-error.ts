import { describeProblem } from '../../api/field-problem.ts';
import type { FieldProblem } from '../../api/field-problem.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';

/** A field of a Canary's spec cannot be as it is. Thrown where the field is used, collected by checks beforehand. */
export class SpecError extends SluiceError {
  override readonly name = 'SpecError';
  readonly problem: FieldProblem;

  constructor(problem: FieldProblem) {
    super(describeProblem(problem));
    this.problem = problem;
  }
}

/** The problems that `attempts` throw, at most one each. */
export function collectProblems(attempts: readonly (() => unknown)[]): readonly FieldProblem[] {
  return attempts.flatMap((attempt) => {
    try {
      attempt();
      return [];
    } catch (error) {
      if (error instanceof SpecError) return [error.problem];
      throw error;
    }
  });
}
