import { showValue } from '../../api/field-problem.ts';
import type { FieldProblem } from '../../api/field-problem.ts';

/** A problem stops the canary; a warning is only said. */
export interface Finding extends FieldProblem {
  readonly severity: 'problem' | 'warning';
}

export const problem = (field: string, value: unknown, message: string): Finding => ({
  severity: 'problem',
  field,
  value: showValue(value),
  message,
});

export const warning = (field: string, value: unknown, message: string): Finding => ({
  severity: 'warning',
  field,
  value: showValue(value),
  message,
});
