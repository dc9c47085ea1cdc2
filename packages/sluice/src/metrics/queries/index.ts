import type { BuiltinQueries } from './builtin-queries.ts';
import { http } from './http.ts';

export const builtinQueries: readonly BuiltinQueries[] = [http];

/** By the router's provider string, exactly. Undefined: nothing measures its traffic, which the caller reports. */
export function findBuiltinQueries(router: string): BuiltinQueries | undefined {
  return builtinQueries.find((queries) => queries.routers.includes(router));
}
