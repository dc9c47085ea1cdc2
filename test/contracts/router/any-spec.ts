import fc from 'fast-check';
import { expect, it } from 'vitest';
import { patchTo } from '@sluice/lib/json/merge.ts';
import type { Canary, CanaryAnalysis, CanaryService } from '@sluice/sluice/api/canary.ts';
import type { Router } from '@sluice/sluice/ports/router.ts';
import { routePlan } from '../../support/rigs/route-plan.ts';
import { createRouteTable } from './route-table.ts';
import { withParts } from './with-parts.ts';

/** Whatever a user writes: either `check` names a field, or it can be rendered, written twice and put back. */
export function itChecks(router: Router, plain: Canary): void {
  it('renders whatever its check accepts, and what it does not accept it names by field', () => {
    fc.assert(
      fc.property(anyService, anyAnalysis, (service, analysis) => {
        const canary = withParts(plain, analysis, service);
        const table = createRouteTable();
        const problems = router.check(canary, table.read);
        for (const { field, message } of problems) {
          expect(field).toMatch(/^spec\./);
          expect(message.length).toBeGreaterThan(10);
        }
        if (problems.length > 0) return;
        table.write(router.render(routePlan(canary, 10), table.read));
        for (const { resource, object } of router.render(routePlan(canary, 10), table.read))
          expect(patchTo(table.read(resource, object.metadata) ?? {}, object)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
}

const anyText = fc.oneof(fc.constantFrom('/', '/api', 'GET', 'yes', '.*', ''), fc.string({ maxLength: 12 }));
const anyMatcher = fc
  .tuple(fc.constantFrom('exact', 'prefix', 'suffix', 'regex'), anyText)
  .map(([how, text]) => ({ [how]: text }));
const anyMatch = fc.record(
  {
    uri: anyMatcher,
    method: anyMatcher,
    headers: fc.dictionary(fc.constantFrom('x-a', 'X-A', 'cookie', 'host'), anyMatcher, { maxKeys: 2 }),
    queryParams: fc.dictionary(fc.constantFrom('a', 'b'), anyMatcher, { maxKeys: 2 }),
  },
  { requiredKeys: [] },
);
const anyService = fc.record(
  {
    hosts: fc.array(fc.constantFrom('a.example.com', '*.example.com', '*', '10.0.0.1', 'A.b', ''), {
      maxLength: 2,
    }),
    gatewayRefs: fc.array(fc.constantFrom({ name: 'gateway' }, { name: 'other', namespace: 'infra' }), {
      maxLength: 2,
    }),
    match: fc.array(anyMatch, { maxLength: 2 }),
    timeout: fc.constantFrom('1s', '1.5s', '15m', '', '1h', '100000h'),
    rewrite: fc.constantFrom({ uri: '/x' }, { authority: 'a' }, { uri: '/x', type: 'ReplacePrefixMatch' }),
    corsPolicy: fc.constantFrom(
      { allowOrigin: ['https://a'] },
      { allowOrigins: [{ exact: 'https://a' }, { regex: '.*' }] },
      { maxAge: '1h' },
    ),
    retries: fc.constantFrom({ attempts: 3 }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Partial<CanaryService>>;
const anyAnalysis = fc.record(
  {
    iterations: fc.constantFrom(1, 3),
    match: fc.array(anyMatch, { maxLength: 2 }),
    sessionAffinity: fc.constantFrom({ cookieName: 'side' }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Partial<CanaryAnalysis>>;
