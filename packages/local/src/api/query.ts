import { badRequest } from '../store/status-error.ts';

/** A whole number of the query, 0 or more. Absent or empty: undefined. Throws 400 for anything else. */
export function numberParameter(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^\d{1,10}$/.test(text))
    throw badRequest(
      `the query parameter ${name} must be a whole number, not ${JSON.stringify(text.slice(0, 40))}`,
    );
  return Number(text);
}

/** Reads a boolean as Go's strconv.ParseBool does; absent is false. */
export function booleanParameter(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  if (text === null) return false;
  return !['false', '0', 'f', 'F', 'FALSE', 'False'].includes(text);
}

/** `dryRun=All`. Throws 400 for another value. */
export function isDryRun(query: URLSearchParams): boolean {
  const text = query.get('dryRun');
  if (text === null || text === '') return false;
  if (text !== 'All')
    throw badRequest(`invalid dryRun: ${JSON.stringify(text.slice(0, 40))}: supported values: "All"`);
  return true;
}
