import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { list, record, text } from '../pod.ts';
import type { Filter } from './route-rule.ts';

export interface CorsAnswer {
  /** The gateway answers a preflight itself; the backend never gets it. */
  readonly isPreflight: boolean;
  /** Set on the answer; they replace the backend's headers of the same names. */
  readonly headers: OutgoingHttpHeaders;
}

/** Applies the rule's CORS filter; undefined without a filter or an Origin. */
export function applyCors(incoming: IncomingMessage, filters: readonly Filter[]): CorsAnswer | undefined {
  const filter = filters.find((candidate) => candidate['type'] === 'CORS');
  const { origin } = incoming.headers;
  if (filter === undefined || origin === undefined) return undefined;
  const wantedMethod = incoming.headers['access-control-request-method'];
  const isPreflight = incoming.method === 'OPTIONS' && wantedMethod !== undefined;
  const cors = record(filter['cors']);
  if (!list(cors['allowOrigins']).some((allowed) => coversOrigin(text(allowed), origin))) {
    // The browser refuses an answer without these headers.
    return { isPreflight, headers: {} };
  }
  const common = {
    'access-control-allow-origin': origin,
    vary: 'Origin',
    ...(cors['allowCredentials'] === true ? { 'access-control-allow-credentials': 'true' } : {}),
  };
  if (!isPreflight)
    return { isPreflight, headers: { ...common, ...listed('expose-headers', cors['exposeHeaders']) } };
  const askedHeaders = incoming.headers['access-control-request-headers'];
  const methods = list(cors['allowMethods']).includes('*') ? [wantedMethod] : cors['allowMethods'];
  const headers = list(cors['allowHeaders']).includes('*') ? [askedHeaders ?? ''] : cors['allowHeaders'];
  const maxAge = typeof cors['maxAge'] === 'number' ? cors['maxAge'] : 5;
  return {
    isPreflight,
    headers: {
      ...common,
      ...listed('allow-methods', methods),
      ...listed('allow-headers', headers),
      'access-control-max-age': String(maxAge),
    },
  };
}

function listed(name: string, values: unknown): OutgoingHttpHeaders {
  const joined = list(values).map(text).join(', ');
  return joined === '' ? {} : { [`access-control-${name}`]: joined };
}

/** `*`, an origin, or one with `*` for any labels of its host (`https://*.example.com`). */
function coversOrigin(allowed: string, origin: string): boolean {
  if (allowed === '*' || allowed === origin) return true;
  const [before, after] = allowed.split('*');
  if (before === undefined || after === undefined) return false;
  return origin.length > before.length + after.length && origin.startsWith(before) && origin.endsWith(after);
}
