import type { BuiltinQueries } from './builtin-queries.ts';
import { http } from './http.ts';

export const builtinQueries: readonly BuiltinQueries[] = [http];

/** Finds queries by the router's exact provider string. Undefined when there are none, which the caller reports. */
export function findBuiltinQueries(router: string): BuiltinQueries | undefined {
  return builtinQueries.find((queries) => queries.routers.includes(router));
}
