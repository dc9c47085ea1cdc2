import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { selfSubjectReviews } from '@sluice/kube/objects/resources.ts';

/** A user as Kubernetes knows it. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** Asks the API server whose requests these are, as `kubectl auth whoami` does. Rejects with `KubeError`. */
export async function whoAmI(client: KubeClient, signal: AbortSignal): Promise<User> {
  const review = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'SelfSubjectReview',
    metadata: { name: '' },
  };
  const answer = await client.create(selfSubjectReviews, review, signal);
  const userInfo = asRecord(asRecord(answer['status'])['userInfo']);
  return {
    name: asText(userInfo['username']) ?? '',
    groups: asList(userInfo['groups']).flatMap((group) => asText(group) ?? []),
  };
}
