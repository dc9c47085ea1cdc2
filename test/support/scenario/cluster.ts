import { deployments } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import type { Facts, RolloutCluster, RolloutWorld } from '../../contracts/rollout/world.ts';
import { applyMergePatch } from '../rigs/apply-patch.ts';
import { factsOf } from './rollout-facts.ts';
import { createScenario } from './scenario.ts';
import type { Scenario } from './scenario.ts';
import { namespace } from './objects.ts';

const ref = { namespace, name: 'podinfo' };

/** The in-process cluster with a fake clock as a place for rollouts: a world is a scenario. */
export const createScenarioCluster = (): RolloutCluster => ({
  createWorld: async (parts) => worldOf(await createScenario(parts)),
  close: () => Promise.resolve(),
});

function worldOf(scenario: Scenario): RolloutWorld {
  const { store, clock, receiver, history } = scenario;
  const look = (): Facts =>
    factsOf({
      canary: store.get(canaries, ref),
      deployments: store.list(deployments, { namespace }),
      route: scenario.route(),
      phases: history.phases,
      weights: history.weights,
      calls: receiver.received,
    });
  return {
    look: () => Promise.resolve(look()),
    async until(condition) {
      await scenario.until(() => condition(look()));
      return look();
    },
    pass: (milliseconds) => clock.advance(milliseconds),
    ship: (image) => Promise.resolve(scenario.ship(image)),
    patchCanary: (patch) =>
      Promise.resolve(
        void store.update(canaries, applyMergePatch(store.get(canaries, ref), patch) as AnyKubeObject),
      ),
    deleteCanary: () => Promise.resolve(store.delete(canaries, ref)),
    setHealthy: (image, healthy) => Promise.resolve(scenario.kubelet.setHealthy(image, healthy)),
    reply: (path, reply) => receiver.reply(path, reply),
    measure: (value) => void (scenario.measured.value = value),
    async replaceController() {
      scenario.kill();
      await scenario.replace();
    },
    end: () => scenario.end(),
  };
}
