import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import { parseChatConfig } from '@sluice/sluice/chat/chat-config.ts';

const read = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');
const config = parseChatConfig(parse(read('chat.yaml')));
const objects = parseAllDocuments(read('kubernetes.yaml')).map((document) => asRecord(document.toJS()));
const named = (kind: string, name: string) =>
  asRecord(objects.find((one) => one['kind'] === kind && asRecord(one['metadata'])['name'] === name));

describe('the example of approvals in a chat', () => {
  it('may act in the names of its users and groups, and of nobody else', () => {
    const mapped = Object.values(config.users ?? {}).flatMap((users) => Object.values(users));
    const users = new Set(mapped.map(({ user }) => user));
    const groups = new Set(mapped.flatMap((one) => one.groups ?? []));
    expect(named('ClusterRole', 'sluice-chat-impersonate')['rules']).toEqual([
      { apiGroups: [''], resources: ['users'], verbs: ['impersonate'], resourceNames: [...users] },
      { apiGroups: [''], resources: ['groups'], verbs: ['impersonate'], resourceNames: [...groups] },
    ]);
  });

  it('changes no Canary by itself, and no ConfigMap but its own', () => {
    expect(named('ClusterRole', 'sluice-chat')['rules']).toEqual([
      { apiGroups: ['flagger.app'], resources: ['canaries'], verbs: ['get', 'list', 'watch'] },
    ]);
    const rules = asList(named('Role', 'sluice-chat')['rules']).map(asRecord);
    expect(rules.filter(({ resourceNames }) => resourceNames === undefined)).toEqual([
      { apiGroups: [''], resources: ['configmaps'], verbs: ['create'] },
    ]);
  });

  it('runs once, and gets the files that its configuration names', () => {
    const spec = asRecord(named('Deployment', 'sluice-chat')['spec']);
    expect([spec['replicas'], spec['strategy']]).toEqual([1, { type: 'Recreate' }]);
    const pod = asRecord(asRecord(spec['template'])['spec']);
    const [container] = asList(pod['containers']).map(asRecord);
    const mounts = asList(container?.['volumeMounts']).map((mount) => String(asRecord(mount)['mountPath']));
    const files = [...read('chat.yaml').matchAll(/file: (\S+) /g)].map(([, file = '']) => file);
    expect(files.length).toBe(5);
    for (const file of files) expect(mounts.some((path) => file.startsWith(`${path}/`))).toBe(true);
    expect(container?.['args']).toContain('--config=/etc/sluice-chat/config/chat.yaml');
  });

  it('asks Slack for the one scope that is needed, and is called where it listens', () => {
    const app = asRecord(parse(read('slack-app.yaml')));
    expect(asRecord(asRecord(app['oauth_config'])['scopes'])['bot']).toEqual(['chat:write']);
    const interactivity = asRecord(asRecord(app['settings'])['interactivity']);
    const url = new URL(String(interactivity['request_url']));
    expect(config.allowedHosts).toContain(url.hostname);
    expect(url.pathname).toBe('/slack');
  });
});
