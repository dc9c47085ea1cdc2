import { compileRe2, type Re2 } from './re2.ts';

/**
 * Compiles an expression, in Go's syntax, that has to match a whole text, as routes and PromQL mean theirs. `dotAll`: `.`
 * matches line ends, too. Throws `SluiceError` as `compileRe2` does.
 */
export function wholeRe2(source: string, options: { readonly dotAll?: boolean } = {}): Re2 {
  // By itself first: `a)|(b` is no expression, and would become one below.
  compileRe2(source);
  return compileRe2(`^(?${options.dotAll === true ? 's' : ''}:${source})$`);
}
