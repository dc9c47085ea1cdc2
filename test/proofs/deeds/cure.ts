import { secrets } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { changeConfig } from '../../support/scenario/configs.ts';
import { namespace } from '../../support/scenario/objects.ts';
import type { Scenario } from '../../support/scenario/scenario.ts';
import type { World } from '../world.ts';
import { questionPaths } from '../worlds.ts';
import { restore } from './duties.ts';
import { creation, paint } from './edits.ts';
import { images, livingCanary, sides } from './life.ts';
import { scaled } from './meddling.ts';

/** A watch that fell silent is noticed after two and a half minutes. */
const noticedMs = 240_000;

/** All is well again; what somebody took away is back. */
export async function cure(scenario: Scenario, world: World): Promise<void> {
  for (const image of images) for (const app of sides) scenario.kubelet.setHealthy(image, true, app);
  for (const [path, answer] of questionPaths) scenario.receiver.reply(path, answer);
  scenario.receiver.reply('/post', 200);
  scenario.receiver.reply('/event', 200);
  scenario.measured.value = 100;
  scenario.dataPlane.refuse(undefined);
  restore(scenario);
  await paint('blue').act(scenario, world);
  if (scenario.store.get(secrets, { namespace, name: 'key' }) !== undefined)
    changeConfig(scenario, secrets, 'key', { token: 'b25l' });
  await comeBack(scenario, world);
  // Only a canary that is there names the scaler that it needs.
  restore(scenario);
  await scenario.until(() => scenario.api.watches.silent === 0, noticedMs);
  scenario.edit(() => ({ suspend: false }));
  const primary = scenario.deployment('podinfo-primary');
  if (primary !== undefined && scenario.replicas('podinfo-primary') === 0)
    await scaled('podinfo-primary', 2)(scenario, world);
}

/** A canary that is being deleted goes, and one that is gone is created again. */
async function comeBack(scenario: Scenario, world: World): Promise<void> {
  const isThere = (): boolean => scenario.store.get(canaries, { namespace, name: 'podinfo' }) !== undefined;
  if (livingCanary(scenario) !== undefined) return;
  await scenario.until(() => !isThere(), 1_800_000);
  await creation.act(scenario, world);
}
