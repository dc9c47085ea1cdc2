import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const tester = 'http://flagger-loadtester.test';

/** The eight hooks as Flagger's users write them, `recevier` and all. */
const written = [
  { name: 'start gate', type: 'confirm-rollout', url: `${tester}/gate/approve` },
  {
    name: 'helm test',
    type: 'pre-rollout',
    url: 'http://flagger-helmtester.flagger/',
    timeout: '3m',
    metadata: { type: 'helmv3', cmd: 'test podinfo -n test' },
  },
  {
    name: 'load test',
    type: 'rollout',
    url: `${tester}/`,
    timeout: '15s',
    metadata: { cmd: 'hey -z 1m -q 5 -c 2 http://podinfo-canary.test:9898/' },
  },
  { name: 'traffic increase gate', type: 'confirm-traffic-increase', url: `${tester}/gate/approve` },
  { name: 'promotion gate', type: 'confirm-promotion', url: `${tester}/gate/approve` },
  {
    name: 'notify',
    type: 'post-rollout',
    url: 'http://telegram.bot:8080/',
    timeout: '5s',
    metadata: { some: 'message' },
  },
  { name: 'rollback gate', type: 'rollback', url: `${tester}/rollback/check` },
  {
    name: 'send to Slack',
    type: 'event',
    url: 'http://event-recevier.notifications/slack',
    metadata: { environment: 'test', cluster: 'flagger-test' },
  },
];

describe('the Canary of the example', () => {
  it('carries the eight hooks of the documentation, unmodified', () => {
    const canary: unknown = parse(readFileSync(join(import.meta.dirname, 'canary.yaml'), 'utf8'));
    expect(canary).toMatchObject({ spec: { analysis: { webhooks: written } } });
  });
});
