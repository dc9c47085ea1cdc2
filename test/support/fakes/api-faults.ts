import { sleep } from '@sluice/lib/time/sleep.ts';
import { HttpError } from '@sluice/lib/http/http-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '@sluice/lib/ports/http.ts';
import { createWatchFaults, untilAborted } from './watch-faults.ts';
import type { WatchFaults } from './watch-faults.ts';

/**
 * `lost`: the server did it, but its answer never arrived. `unreached`: the server never heard of it. `silence`:
 * the server says nothing, ever. `slow`: it answers, just before the client gives up. 429 asks for two seconds of
 * patience.
 */
export type ApiFault = number | 'lost' | 'unreached' | 'silence' | 'slow';

export interface ApiFaults {
  /** The next `times` requests whose `METHOD /path` matches break, after `skip` that do not; `WATCH` opens one. */
  break(request: RegExp, fault: ApiFault, times?: number, skip?: number): void;
  /** Requests that change something and went out, Events and leases among them. */
  readonly sent: number;
  /** When something broke last; negative infinity when nothing ever did. */
  lastFaultAt(): number;
  /** Those that are open. */
  readonly watches: WatchFaults;
  /** Nothing breaks any more. */
  heal(): void;
  /** Called before each request that writes goes out. */
  beforeWrite: (request: string) => void;
  /** Called after each request that writes and was answered; watches, reads and Events aside. */
  onWrite: (request: string) => void;
  /** Requests since the last call, lists, watches, leases and Events aside. */
  takeRequests(): readonly string[];
  /** Lists since the last call: an informer asks for one as it begins, and where its watch could not go on. */
  takeLists(): readonly string[];
  wrap(http: HttpClient): HttpClient;
}

/** Stands between the controller and its API server: counts, and breaks what it is told to. */
export function createApiFaults(clock: Clock): ApiFaults {
  let requests: string[] = [];
  let lists: string[] = [];
  let sent = 0;
  let lastFaultAt = Number.NEGATIVE_INFINITY;
  const planned: { readonly request: RegExp; readonly fault: ApiFault; times: number; skip: number }[] = [];
  const take = (name: string): ApiFault | undefined => {
    const plan = planned.find((candidate) => candidate.times > 0 && candidate.request.test(name));
    if (plan === undefined) return undefined;
    if (plan.skip > 0) {
      plan.skip -= 1;
      return undefined;
    }
    plan.times -= 1;
    lastFaultAt = clock.now();
    return plan.fault;
  };
  const watches = createWatchFaults();
  const faults: ApiFaults = {
    watches,
    get sent() {
      return sent;
    },
    break: (request, fault, times = 1, skip = 0) => void planned.push({ request, fault, times, skip }),
    lastFaultAt: () => lastFaultAt,
    heal: () => void planned.splice(0),
    beforeWrite: () => undefined,
    onWrite: () => undefined,
    takeRequests() {
      const taken = requests;
      requests = [];
      return taken;
    },
    takeLists() {
      const taken = lists;
      lists = [];
      return taken;
    },
    wrap: (http) => ({
      async send(request, signal) {
        const name = nameOf(request);
        if (isList(request)) lists.push(name);
        else if (!isQuiet(request, name)) requests.push(name);
        const fault = take(name);
        if (fault === 'silence') return untilAborted(signal);
        if (fault === 'unreached') throw new HttpError('refused', 'connection refused');
        if (typeof fault === 'number') return refusal(fault);
        if (request.method !== 'GET' && !isQuiet(request, name)) faults.beforeWrite(name);
        if (request.method !== 'GET') sent += 1;
        const answer = await http.send(request, signal);
        if (fault === 'slow') await sleep(clock, slowMs, signal);
        if (request.method !== 'GET' && !isQuiet(request, name)) faults.onWrite(name);
        if (fault === 'lost') throw new HttpError('reset', 'connection reset');
        return name.startsWith('WATCH ') ? watches.open(name, answer, signal) : answer;
      },
    }),
  };
  return faults;
}

/** Less than the client's deadline of 30 s: later it would be `lost`. */
const slowMs = 25_000;

function nameOf(request: HttpRequest): string {
  // By hand: a URL object for each of a million requests costs minutes.
  const [place = '', search = ''] = request.url.split('?', 2);
  const path = place.slice(place.indexOf('/', place.indexOf('//') + 2));
  return `${search.includes('watch=true') ? 'WATCH' : request.method} ${path}`;
}

const isList = (request: HttpRequest): boolean => request.url.includes('limit=');

const isQuiet = (request: HttpRequest, name: string): boolean =>
  isList(request) || name.startsWith('WATCH ') || name.includes('/leases') || name.endsWith('/events');

function refusal(code: number): HttpResponse {
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'injected', code };
  const reason = code === 409 ? { ...status, reason: 'Conflict' } : status;
  return {
    status: code,
    headers: { 'content-type': 'application/json', ...(code === 429 ? { 'retry-after': '2' } : {}) },
    body: (async function* () {
      yield Buffer.from(JSON.stringify(reason));
      await Promise.resolve();
    })(),
    discard: () => Promise.resolve(),
  };
}
