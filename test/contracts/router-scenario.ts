import { describe, expect, it } from 'vitest';
import { canaries } from '@sluice/sluice/api/resources.ts';
import type { RouteObservation, Router } from '@sluice/sluice/ports/router.ts';
import { namesOf } from '@sluice/sluice/rules/objects/names.ts';
import { createScenario, initialized } from '../support/scenario/scenario.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario/scenario.ts';
import { annotateAbort } from '../support/scenario/places.ts';

const namespace = 'test';

/** A router in a whole controller: what a run, an A/B test, a repair and a deletion do to its objects. */
export function describeRouterScenario(
  router: Router,
  provider: string,
  options: Partial<ScenarioOptions> = {},
): void {
  const { capabilities } = router;
  const observe = ({ store, canary }: Scenario): RouteObservation | undefined =>
    router.observe(canary(), (resource, ref) => store.get(resource, ref));
  const share = (scenario: Scenario): number | undefined => observe(scenario)?.weights.canary;
  const owned = ({ canary }: Scenario) =>
    router.objects(canary()).filter(({ access }) => access === 'own' || access === 'leave');
  const standing = (scenario: Scenario) =>
    owned(scenario).flatMap(({ resource, ref }) => {
      const object = scenario.store.get(resource, ref);
      return object === undefined ? [] : [{ resource, ref, object }];
    });
  const start = (more: Partial<ScenarioOptions> = {}): Promise<Scenario> =>
    initialized({ provider, ...options, ...more });

  describe(`${provider} in a controller`, () => {
    it('takes a new version through its steps, and ends with all traffic at the primary', async () => {
      const weighted = capabilities.weights;
      const scenario = await start(weighted ? {} : { analysis: { iterations: 2 } });
      expect(share(scenario)).toBe(0);
      scenario.ship('podinfo:2');
      for (const weight of weighted ? [25, 50] : []) await scenario.until(() => share(scenario) === weight);
      await scenario.reaches('Succeeded');
      expect(share(scenario)).toBe(0);
      expect(scenario.image('podinfo-primary')).toBe('podinfo:2');
    });

    it('puts all traffic back when the run is aborted', async () => {
      const scenario = await start({ hooks: [['confirm-promotion', '/gate']], replies: { '/gate': 403 } });
      scenario.ship('podinfo:2');
      await scenario.reaches('WaitingPromotion');
      annotateAbort(scenario, 'not good');
      await scenario.reaches('Failed');
      await scenario.clock.advance('3s');
      expect(share(scenario)).toBe(0);
      expect(scenario.replicas('podinfo')).toBe(0);
    });

    it.runIf(capabilities.match)('picks requests for an A/B test, and leaves nothing of it', async () => {
      const match = [{ headers: { 'x-beta': { exact: 'yes' } } }];
      const scenario = await start({ analysis: { iterations: 2, match } });
      const before = JSON.stringify(standing(scenario).map(({ object }) => object['spec']));
      expect(before).not.toContain('x-beta');
      scenario.ship('podinfo:2');
      await scenario.until(() => share(scenario) === 100);
      expect(JSON.stringify(standing(scenario).map(({ object }) => object['spec']))).toContain('x-beta');
      await scenario.reaches('Succeeded');
      await scenario.clock.advance('3s');
      expect(JSON.stringify(standing(scenario).map(({ object }) => object['spec']))).toBe(before);
    });

    it.runIf(capabilities.weights)('repairs what others delete in a run, at the weight it has', async () => {
      const scenario = await start();
      scenario.ship('podinfo:2');
      await scenario.until(() => share(scenario) === 25);
      for (const { resource, ref } of standing(scenario)) scenario.store.delete(resource, ref);
      await scenario.clock.advance('1s');
      expect(share(scenario)).toBe(25);
      await scenario.reaches('Succeeded');
    });

    it('leaves no side of the Canary in what stays after its deletion', async () => {
      const scenario = await start({ spec: { ...options.spec, revertOnDeletion: true } });
      const { primaryService, canaryService } = namesOf(scenario.canary());
      const objects = owned(scenario);
      scenario.store.delete(canaries, { namespace, name: 'podinfo' });
      await scenario.until(() => scenario.store.get(canaries, { namespace, name: 'podinfo' }) === undefined);
      const left = JSON.stringify(
        objects.map(({ resource, ref }) => {
          const { metadata: _, ...content } = scenario.store.get(resource, ref) ?? { metadata: {} };
          return content;
        }),
      );
      expect(left).not.toContain(primaryService);
      expect(left).not.toContain(canaryService);
    });

    it('touches nothing of a Canary that its check does not accept', async () => {
      const scenario = await createScenario({
        provider,
        ...options,
        spec: { ...options.spec, service: { port: 0, gatewayRefs: [] } },
      });
      await scenario.clock.advance('10s');
      expect(scenario.condition('Invalid')?.message).toContain('spec.service');
      expect(standing(scenario)).toEqual([]);
    });
  });
}
