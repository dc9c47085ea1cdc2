import { json } from './answer.ts';
import { requireObject } from './body.ts';
import { decodeBody } from './decode-body.ts';

/** Access rules: the one local user may do everything. */
const everything = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] as const;

const reviews: Readonly<Record<string, object>> = {
  '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews': {
    allowed: true,
    reason: 'the local cluster allows everything',
  },
  '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews': {
    resourceRules: everything,
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    incomplete: false,
  },
  '/apis/authentication.k8s.io/v1/selfsubjectreviews': {
    userInfo: { username: 'local-admin', groups: ['system:masters', 'system:authenticated'] },
  },
};

/** Answers `auth can-i` and `auth whoami`; undefined for other requests. */
export async function serveReview(request: Request): Promise<Response | undefined> {
  const status = reviews[new URL(request.url).pathname];
  if (status === undefined || request.method !== 'POST') return undefined;
  const body = requireObject(await decodeBody(request));
  return json(
    {
      apiVersion: body['apiVersion'],
      kind: body['kind'],
      // As the real server answers: a review is not stored, and has no name.
      metadata: {},
      spec: body['spec'],
      status,
    },
    201,
  );
}
