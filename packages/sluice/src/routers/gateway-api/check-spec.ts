import type { Canary } from '../../api/canary.ts';
import { showValue } from '../../api/field-problem.ts';
import type { FieldProblem } from '../../api/field-problem.ts';
import { parseGoDuration } from '@sluice/lib/time/duration.ts';
import { serviceOf } from '../../rules/objects/service-spec.ts';
import { strategyOf } from '../../rules/traffic/strategy.ts';
import { collectProblems, SpecError } from '../../rules/validation/spec-error.ts';
import { parentRefs } from './gateways.ts';
import { mapFilters } from './map-filters.ts';
import { mapMatch, mapPickedMatch, requireFewMatches } from './map-matches.ts';
import { requireFreeCookieHeader } from './session-affinity.ts';

/** Finds fields of a spec that an HTTPRoute cannot express, by the functions that render it; one problem a field. */
export function checkSpec(canary: Canary, extended: boolean): readonly FieldProblem[] {
  const { service, analysis } = canary.spec;
  // The validation of every Canary reports this.
  if (service === undefined) return [];
  const picks = strategyOf(analysis) === 'ab-testing';
  const own = serviceOf(canary);
  return collectProblems([
    () => parentRefs(canary),
    ...(own.hosts ?? []).map((host, index) => () => checkHost(host, `spec.service.hosts[${index}]`)),
    ...(own.match ?? []).map((match, index) => () => mapMatch(match, `service.match[${index}]`)),
    ...(picks ? (analysis.match ?? []) : []).map(
      (match, index) => () => mapPickedMatch(match, `analysis.match[${index}]`),
    ),
    () => (picks ? requireFewMatches(analysis.match?.length ?? 0, own.match?.length ?? 0) : undefined),
    () => mapFilters(own, { cors: extended }),
    ...(extended ? (['timeout', 'backendTimeout'] as const) : []).map(
      (field) => () => checkTimeout(own[field], `spec.service.${field}`),
    ),
    () => (analysis.sessionAffinity === undefined ? undefined : requireFreeCookieHeader(canary)),
  ]);
}

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const hostname = new RegExp(String.raw`^(\*\.)?${label}(\.${label})*$`);
const address = /^[0-9.]+$|:/;
const longestHost = 253;

function checkHost(host: string, field: string): void {
  if (hostname.test(host) && host.length <= longestHost && !address.test(host)) return;
  const message =
    host === '*'
      ? 'an HTTPRoute cannot name every host: leave hosts out to serve them all, or write "*.example.com"'
      : address.test(host)
        ? 'an HTTPRoute takes no address: write a host name, or leave hosts out'
        : 'write a host name in lower case, such as "app.example.com" or "*.example.com"';
  throw new SpecError({ field, value: showValue(host), message });
}

/** Durations of the Gateway API (GEP-2257): whole numbers of up to five digits, four of them at the most. */
const gatewayDuration = /^([0-9]{1,5}(h|m|s|ms)){1,4}$/;

function checkTimeout(timeout: string | undefined, field: string): void {
  if (timeout === undefined || timeout === '' || gatewayDuration.test(timeout)) return;
  const milliseconds = millisecondsOf(timeout);
  const example = milliseconds === undefined ? '30s' : `${milliseconds}ms`;
  const message = `the Gateway API takes whole hours, minutes, seconds and milliseconds: write "${example}"`;
  throw new SpecError({ field, value: showValue(timeout), message });
}

function millisecondsOf(text: string): number | undefined {
  try {
    const milliseconds = parseGoDuration(text);
    return Number.isInteger(milliseconds) && milliseconds >= 0 && milliseconds < 100_000
      ? milliseconds
      : undefined;
  } catch {
    return undefined;
  }
}
