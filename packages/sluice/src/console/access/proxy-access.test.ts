import { afterEach, describe, expect, it } from 'vitest';
import { createBrowser, createConsoleBench } from '../../../../../test/support/console/console-bench.ts';
import type { ConsoleBench } from '../../../../../test/support/console/console-bench.ts';
import { sampleCanaries } from '../../../../../test/support/console/sample-canaries.ts';

const access = {
  mode: 'proxy',
  userHeader: 'x-forwarded-user',
  groupsHeader: 'x-forwarded-groups',
  isTrusted: (address: string) => address === '10.0.0.1',
} as const;

let bench: ConsoleBench;
afterEach(() => bench.end());

async function settings(headers: Record<string, string>, peer: string) {
  bench = await createConsoleBench({ access, canaries: sampleCanaries(Date.parse('2026-11-30T14:02:11Z')) });
  return await createBrowser(bench, peer).get('/settings', headers);
}

describe('a console behind a proxy that signs people in', () => {
  it('takes the name and the groups from its headers', async () => {
    const { status, text } = await settings(
      { 'x-forwarded-user': 'alice', 'x-forwarded-groups': 'sre, team-pay' },
      '10.0.0.1',
    );
    expect(status).toBe(200);
    expect(text).toContain('alice');
    expect(text).toContain('sre, team-pay');
  });

  it.each([
    ['another address', { 'x-forwarded-user': 'alice' }, '10.0.0.2'],
    ['no address', { 'x-forwarded-user': 'alice' }, ''],
    ['the proxy, without a name', {}, '10.0.0.1'],
    ['the proxy, for a name of the system', { 'x-forwarded-user': 'system:admin' }, '10.0.0.1'],
    ['the proxy, for an endless name', { 'x-forwarded-user': 'x'.repeat(300) }, '10.0.0.1'],
  ])('knows nobody from %s', async (_what, headers, peer) => {
    const { status, text } = await settings(headers, peer);
    expect([status, text]).toEqual([403, expect.stringContaining('Not signed in')]);
  });

  it('leaves out groups of the system', async () => {
    const headers = {
      'x-forwarded-user': 'alice',
      'x-forwarded-groups': 'system:masters,System:masters,sre',
    };
    const { text } = await settings(headers, '10.0.0.1');
    expect(text).not.toMatch(/system:masters/i);
  });
});
