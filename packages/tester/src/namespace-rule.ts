import { SluiceError, describeError } from '@sluice/lib/errors/sluice-error.ts';
import { TesterError } from './tester-error.ts';

/** Throws `TesterError` 403 for namespaces this tester does not serve. */
export type NamespaceRule = (namespace: string) => void;

/**
 * Makes the rule of `-namespace-regexp`, not anchored, as in Go; '' allows every namespace. Throws `SluiceError`
 * when it is no regular expression.
 */
export function createNamespaceRule(expression: string): NamespaceRule {
  if (expression === '') return () => {};
  const pattern = compile(expression);
  return (namespace) => {
    if (!pattern.test(namespace)) throw new TesterError(403, 'Forbidden');
  };
}

function compile(expression: string): RegExp {
  // Go writes flags in front, JavaScript only around a group.
  const flags = /^\(\?([ims]+)\)/.exec(expression);
  const source = flags === null ? expression : `(?${flags[1]}:${expression.slice(flags[0].length)})`;
  try {
    return new RegExp(source, 'u');
  } catch (cause) {
    throw new SluiceError(`-namespace-regexp ${JSON.stringify(expression)}: ${describeError(cause)}`, {
      cause,
    });
  }
}
