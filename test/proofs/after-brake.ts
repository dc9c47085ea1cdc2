import type { CanarySpec } from '@sluice/sluice/api/canary.ts';
import type { CanaryStatus } from '@sluice/sluice/api/canary-status.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { httpRoutes } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import type { Store } from '@sluice/local/store/store.ts';
import type { ApiWrite } from '../support/checks/observe-writes.ts';
import { everybodysShare, firstRuleShare, namespace } from '../support/scenario/objects.ts';

interface Facts {
  readonly store: Store;
  readonly servesFirmly: (service: string) => boolean;
  readonly fail: (text: string) => void;
}

/** A run on its way out gives the canary no more weight: neither its status, nor a route while the primary serves. */
export function checkAfterBrake(write: ApiWrite, facts: Facts): void {
  const { resource, before, after } = write;
  if (before === undefined || after === undefined) return;
  if (resource.plural === canaries.plural && after.metadata.name === 'podinfo')
    checkStatus(statusOf(before), statusOf(after), facts);
  if (resource.plural === httpRoutes.plural) checkRoute(before, after, facts);
}

function checkStatus(from: Partial<CanaryStatus>, to: Partial<CanaryStatus>, { fail }: Facts): void {
  if (from.run?.cause === undefined || from.run.id !== to.run?.id) return;
  const [was, is] = [from.canaryWeight ?? 0, to.canaryWeight ?? 0];
  if (is > was) fail(`after "${from.run.cause}" the weight grew from ${was} to ${is}`);
}

function checkRoute(before: AnyKubeObject, after: AnyKubeObject, { store, servesFirmly, fail }: Facts): void {
  const canary = store.get(canaries, { namespace, name: 'podinfo' });
  const { run, canaryWeight = 0 } = statusOf(canary);
  if (run?.cause === undefined || !servesFirmly('podinfo-primary')) return;
  const { analysis } = asRecord(canary?.['spec']) as Partial<CanarySpec>;
  const share = analysis?.match === undefined ? everybodysShare : firstRuleShare;
  const [was, is] = [share(before) ?? 0, share(after) ?? 0];
  if (is > Math.max(was, canaryWeight))
    fail(`after "${run.cause}" the route's weight grew from ${was} to ${is}`);
}

const statusOf = (canary: AnyKubeObject | undefined): Partial<CanaryStatus> => asRecord(canary?.['status']);
