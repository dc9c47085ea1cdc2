import { RE2JS } from 're2js';
import { describeError, SluiceError } from '../errors/sluice-error.ts';

/** A compiled expression; not anchored. */
export interface Re2 {
  test(text: string): boolean;
}

/** Far more than people write; it bounds the time to compile. */
const longestExpression = 10_000;

/**
 * Compiles an expression that a user wrote, in Go's syntax (RE2). `test` takes time linear in the text, whatever the
 * expression. Throws `SluiceError` naming the expression when it is invalid, or longer than 10,000 characters.
 * Syntax: https://github.com/google/re2/wiki/Syntax
 */
export function compileRe2(source: string): Re2 {
  const expression = JSON.stringify(source.slice(0, 200));
  if (source.length > longestExpression) {
    throw new SluiceError(
      `The regular expression ${expression}... is longer than ${longestExpression} characters.`,
    );
  }
  try {
    return RE2JS.compile(source);
  } catch (cause) {
    const reason = describeError(cause, 300).replace(/^error parsing regexp: /, '');
    throw new SluiceError(`${expression} is no regular expression in Go's syntax (RE2): ${reason}`, {
      cause,
    });
  }
}
