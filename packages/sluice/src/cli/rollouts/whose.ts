import { KubeError } from '@sluice/kube/objects/kube-error.ts';
import { whoAmI } from '../../people/who-am-i.ts';
import type { User } from '../../people/who-am-i.ts';
import type { Connected } from '../connect.ts';

/** Answers of API servers that have no SelfSubjectReview (before Kubernetes 1.28), or do not let everybody ask. */
const withoutReview = new Set([403, 404, 405]);

/** The user whose requests these are; as the kubeconfig calls it where the API server does not say. */
export async function whose({ client, user = '' }: Connected, signal: AbortSignal): Promise<User> {
  try {
    return await whoAmI(client, signal);
  } catch (error) {
    if (!(error instanceof KubeError) || !withoutReview.has(error.code)) throw error;
    return { name: user, groups: [] };
  }
}
