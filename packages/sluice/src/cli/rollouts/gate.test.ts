import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approval, at, run, startCommandCluster } from '../../../../../test/support/rigs/command-cluster.ts';
import type { CommandCluster } from '../../../../../test/support/rigs/command-cluster.ts';

let cluster: CommandCluster;
let tester: Server;
let url = '';
const asked: string[] = [];

beforeAll(async () => {
  cluster = await startCommandCluster();
  tester = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push(`${request.method} ${request.url} ${body}`);
      response.writeHead(request.url?.startsWith('/strict') === true ? 401 : 202).end();
    });
  });
  await new Promise<void>((resolve) => void tester.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(tester.address() as AddressInfo).port}`;
  const held = {
    type: 'confirm-promotion',
    id: 'd',
    outcome: 'denied',
    code: 403,
    attempts: 1,
    durationMs: 1,
    step: 1,
    at,
  };
  put('podinfo', [{ name: 'gate', type: 'confirm-promotion', url: `${url}/gate/check` }], {
    hooks: [{ ...held, name: 'gate', index: 0 }],
  });
  put('asked', [{ name: 'go', type: 'confirm-promotion', approval: {} }], {
    approvals: [{ ...approval, deadline: at }],
  });
  put('strict', [{ name: 'gate', type: 'confirm-promotion', url: `${url}/strict/gate/check` }], {});
  put('far', [{ name: 'gate', type: 'confirm-promotion', url: 'http://tester.invalid/gate/check' }], {});
  put(
    'two',
    [
      { name: 'a', type: 'confirm-rollout', url: `${url}/gate/check` },
      { name: 'b', type: 'confirm-promotion', url: `${url}/gate/check` },
    ],
    {},
  );
});
afterAll(async () => {
  tester.close();
  await cluster.close();
});

const put = (name: string, webhooks: readonly object[], status: object): void =>
  cluster.putCanary(
    name,
    { run, ...status },
    { analysis: { interval: '10s', threshold: 5, stepWeight: 10, webhooks } },
  );
const gate = (...args: readonly string[]) => cluster.sluice(['gate', ...args]);

describe('sluice gate list', () => {
  it('lists approvals that wait and gates that are closed, each with what --gate takes', async () => {
    const { out, code } = await gate('list');
    const cells = out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(cells[0]).toEqual([
      'NAMESPACE',
      'NAME',
      'GATE',
      'HOOK',
      'TYPE',
      'REVISION',
      'STATE',
      'ANSWERED BY',
      'SINCE',
      'GIVES UP',
    ]);
    expect(cells[1]?.slice(0, 7)).toEqual([
      'default',
      'asked',
      'g-0000000001',
      'go',
      'confirm-promotion',
      '7d4f9c0123',
      '◷ waiting',
    ]);
    expect(cells[1]?.at(-1)).toBe('2026-01-01 00:00:00Z rollback');
    expect(cells[2]?.slice(0, 7)).toEqual([
      'default',
      'podinfo',
      'gate',
      'gate',
      'confirm-promotion',
      '7d4f9c0123',
      '◷ closed',
    ]);
    expect(cells).toHaveLength(3);
    expect(code).toBe(0);
  });

  it('is a versioned object for programs', async () => {
    const { out } = await gate('list', 'asked', '-o', 'json');
    expect(JSON.parse(out)).toMatchObject({
      kind: 'GateList',
      items: [{ gate: 'g-0000000001', onDeadline: 'rollback' }],
    });
  });

  it('says that none waits', async () => {
    expect(await gate('list', '-n', 'nowhere')).toEqual({ out: '', err: 'No gate waits.\n', code: 0 });
  });
});

describe('sluice gate open and close', () => {
  it.each([
    ['open', ['--yes']],
    ['close', []],
  ])(
    '%s tells the tester behind the hook, and warns that it counts for later revisions',
    async (deed, flags) => {
      const { out, code } = await gate(deed, 'podinfo', ...flags);
      expect(asked.at(-1)).toBe(`POST /gate/${deed} {"name":"podinfo","namespace":"default"}`);
      expect(out).toMatch(/^✔ (open|closed): .*every /);
      expect(code).toBe(0);
    },
  );

  it('open without a terminal and without --yes asks nobody, and ends with 2', async () => {
    const before = asked.length;
    const { err, code } = await gate('open', 'podinfo');
    expect(err).toContain('it stays open for every later revision too');
    expect(err).toContain('next: sluice gate open podinfo --yes');
    expect(code).toBe(2);
    expect(asked).toHaveLength(before);
  });

  it.each([
    ['far', 1, 'kubectl -n invalid exec deploy/tester -- curl -s -d'],
    ['strict', 7, 'answered 401'],
    ['asked', 7, 'no hook asks a gate of the load tester'],
    ['two', 2, 'sluice gate close default/two --gate b'],
    ['nobody', 6, 'there is no such canary'],
  ])('of %s ends with %i and says what to do', async (name, code, said) => {
    const answer = await cluster.sluice(['gate', 'close', name], { HTTP_PROXY: '', http_proxy: '' });
    expect(answer.err).toContain(said);
    expect(answer.code).toBe(code);
  });

  it.each([[[]], [['open']], [['push', 'podinfo']]])('%j ends with 2', async (args) => {
    expect((await gate(...args)).code).toBe(2);
  });
});
