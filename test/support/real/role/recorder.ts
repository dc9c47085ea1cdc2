import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { startReceiver } from '../../fakes/receiver.ts';
import { guardedFolder } from '../guarded-spawn.ts';

/** One question to the API server's authorizers, as RBAC's rules put it. */
export interface AskedPermission {
  readonly user: string;
  readonly verb: string;
  readonly group: string;
  /** `canaries/status` for a subresource. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

export interface RoleRecorder extends AsyncDisposable {
  /** For kube-apiserver: this recorder is asked before RBAC is, has no opinion, and so forgets nothing. */
  readonly flags: readonly string[];
  /** What this user needed so far, admission included. */
  asked(user: string): readonly AskedPermission[];
  /** Paths that are no resources, as `GET /version`. */
  askedPaths(user: string): readonly string[];
}

/** An authorization webhook that only listens. */
export async function startRoleRecorder(): Promise<RoleRecorder> {
  const answer = JSON.stringify({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    status: { allowed: false },
  });
  const receiver = await startReceiver(
    (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(answer),
  );
  const file = join(guardedFolder('authorizer'), 'config');
  writeFileSync(file, JSON.stringify(kubeconfigOf(receiver.url)));
  const reviews = (user: string) =>
    receiver.received
      .map(({ body }) => asRecord(asRecord(JSON.parse(body))['spec']))
      .filter((spec) => spec['user'] === user);
  return {
    flags: [
      '--authorization-mode=Webhook,RBAC',
      `--authorization-webhook-config-file=${file}`,
      '--authorization-webhook-version=v1',
    ],
    asked: (user) =>
      reviews(user)
        .map((spec) => asRecord(spec['resourceAttributes']))
        .filter(({ resource }) => resource !== undefined)
        .map((attributes) => readPermission(user, attributes)),
    askedPaths: (user) =>
      reviews(user)
        .map((spec) => asRecord(spec['nonResourceAttributes']))
        .flatMap(({ verb, path }) =>
          path === undefined ? [] : [`${asText(verb) ?? ''} ${asText(path) ?? ''}`],
        ),
    [Symbol.asyncDispose]: () => receiver[Symbol.asyncDispose](),
  };
}

function readPermission(user: string, attributes: Readonly<Record<string, unknown>>): AskedPermission {
  const text = (key: string): string => asText(attributes[key]) ?? '';
  const subresource = text('subresource');
  return {
    user,
    verb: text('verb'),
    group: text('group'),
    resource: subresource === '' ? text('resource') : `${text('resource')}/${subresource}`,
    namespace: text('namespace'),
    name: text('name'),
  };
}

const kubeconfigOf = (server: string): object => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'recorder', cluster: { server } }],
  contexts: [{ name: 'recorder', context: { cluster: 'recorder', user: 'apiserver' } }],
  users: [{ name: 'apiserver', user: {} }],
  'current-context': 'recorder',
});
