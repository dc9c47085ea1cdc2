import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { compileRe2, type Re2 } from '@sluice/lib/text/re2.ts';
import { TesterError } from './tester-error.ts';

/** Throws `TesterError` 403 for namespaces this tester does not serve. */
export type NamespaceRule = (namespace: string) => void;

/**
 * Makes the rule of `-namespace-regexp`, in Go's syntax and not anchored; '' allows every namespace. Throws
 * `SluiceError` when it is no regular expression. Callers choose the namespace, so the match takes linear time.
 */
export function createNamespaceRule(expression: string): NamespaceRule {
  if (expression === '') return () => {};
  const pattern = compile(expression);
  return (namespace) => {
    if (!pattern.test(namespace)) throw new TesterError(403, 'Forbidden');
  };
}

function compile(expression: string): Re2 {
  try {
    return compileRe2(expression);
  } catch (cause) {
    throw new SluiceError(`-namespace-regexp ${describeError(cause)}`, { cause });
  }
}
