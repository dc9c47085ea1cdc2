import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import type { RealKube } from '../cluster-access.ts';
import { until } from '../until.ts';
import { grantName, grantsIn, replaceRole } from './account.ts';
import type { AskedPermission } from './recorder.ts';

/** RBAC reads roles by a watch of its own: what a role no longer grants is refused some milliseconds later. */
const refused = { timeoutMs: 5000, everyMs: 10 };

/**
 * Takes each grant of the roles away in turn, on the server, until something that was `asked` for is refused, and puts
 * it back. Resolves to the grants that were missed, in the order of the roles.
 * Throws for a grant that nobody misses, and where anything of `asked` is refused to begin with: that would show nothing.
 */
export async function missEachGrant(
  kube: RealKube,
  roles: readonly AnyKubeObject[],
  asked: readonly AskedPermission[],
): Promise<readonly string[]> {
  const questions = new Map(asked.map((question) => [grantName(question), question]));
  for (const [name, question] of questions)
    if (!(await isAllowed(kube, question))) throw new Error(`${name} is refused before it is taken away`);
  const missed: string[] = [];
  for (const role of roles) {
    const grants = grantsIn(role);
    for (const grant of grants) {
      const question = questions.get(grant.name);
      if (question === undefined) throw new Error(`${grant.name} is granted and was never asked for`);
      const rules = grants.filter((other) => other !== grant).map(({ rule }) => rule);
      await replaceRole(kube, { ...role, rules });
      await until(
        `${grant.name}, taken away, is refused`,
        async () => !(await isAllowed(kube, question)),
        refused,
      );
      missed.push(grant.name);
    }
    if (grants.length > 0) await replaceRole(kube, role);
  }
  return missed;
}

async function isAllowed({ request }: RealKube, asked: AskedPermission): Promise<boolean> {
  const { user, ...attributes } = asked;
  const [resource, subresource] = asked.resource.split('/');
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  const spec = { user, resourceAttributes: { ...attributes, resource, subresource } };
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec };
  const { status, text } = await request({ method: 'POST', path, body: JSON.stringify(review) });
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${text}`);
  return asRecord(asRecord(JSON.parse(text))['status'])['allowed'] === true;
}
