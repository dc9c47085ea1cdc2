import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { webhookTypes } from '@sluice/sluice/api/canary-webhook.ts';
import { runCommand } from '@sluice/lib/process/run-command.ts';
import { processesNaming } from '../support/rigs/processes-naming.ts';

const hookTypes = webhookTypes.filter((type) => type !== '');

describe('npm start -- --once', () => {
  const state = mkdtempSync(join(tmpdir(), 'sluice-start-'));
  let output = '';
  let code: number | undefined;

  beforeAll(async () => {
    const result = await runCommand({
      argv: ['npm', 'start', '--silent', '--', '--once'],
      env: { ...process.env, XDG_STATE_HOME: state },
      timeoutMs: 150_000,
      outputLimitBytes: 1024 * 1024,
    });
    output = result.output;
    code = result.exitCode;
  }, 170_000);
  afterAll(() => rmSync(state, { recursive: true, force: true }));

  it('promotes a good version, rolls a bad one back and exits 0', () => {
    expect(output).toContain(
      '✔ a good version was promoted, a bad one rolled back, and one promoted once it was approved',
    );
    expect(code, output).toBe(0);
  });

  it('promotes version 2 within 60 s of the start of the command', () => {
    const seconds = Number(/version 2 is promoted, ([\d.]+) s after/.exec(output)?.[1]);
    expect(seconds).toBeLessThan(60);
  });

  it('promotes version 4 once it is approved', () => {
    expect(output).toMatch(
      /version 4 waits for approval g-[0-9a-f]{10}: http:\/\/127\.0\.0\.1:\d+\/gates\/g-/,
    );
    expect(output).toContain('local-admin (claimed) approved g-');
    expect(output).toContain('version 4 is approved and promoted');
  });

  it('tells the chat of the approval, with its page and how to give it, and then who gave it', () => {
    const [, page = 'none', id = 'none'] =
      /waits for approval g-\S+: (\S+\/gates\/(g-\S+))/.exec(output) ?? [];
    // Lines of others may come between those of the receiver.
    const lines = output
      .split('\n')
      .map((line) => line.replace(/^\S+ /, ''))
      .filter((line) => line.startsWith('slack '));
    const asked = lines.indexOf(`slack approval ${id}: ◷ test/podinfo waits for release (confirm-promotion)`);
    expect(lines.slice(asked + 2, asked + 6), output).toEqual([
      expect.stringMatching(/^slack   Images: .*Approvers: anybody who may approve canaries/),
      `slack   in the console: ${page}`,
      `slack   in a terminal: sluice approve test/podinfo --gate ${id}`,
      `slack   by kubectl: kubectl -n test annotate canary podinfo --overwrite sluice.dev/decision=approve sluice.dev/decision-for=${id} sluice.dev/decision-by=me`,
    ]);
    const decided = lines.indexOf(
      `slack approval ${id}: ✔ test/podinfo approved: release (confirm-promotion)`,
    );
    expect(decided).toBeGreaterThan(asked);
    expect(lines[decided + 1]).toMatch(/^slack   ✔ approved .* by local-admin \(claimed, cli\)/);
    expect(asked, output).toBeGreaterThan(-1);
  });

  it('rolls version 3 back by the metric check', () => {
    expect(output).toMatch(/version 3 is rolled back: .*request-success-rate/);
  });

  it.each(hookTypes)('has the %s hook answered', (type) => {
    expect(output).toMatch(new RegExp(`hook . .* \\(${type}\\) \\d{3} `));
  });

  it('shows what the Telegram and the Slack receiver got', () => {
    expect(output).toMatch(/telegram .*post-rollout test\/podinfo Succeeded/);
    expect(output).toMatch(/telegram .*post-rollout test\/podinfo Failed/);
    expect(output).toMatch(/slack .*Advance podinfo\.test canary weight/);
  });

  it('loses no request and makes no error of its own at the gateway', () => {
    expect(output).toMatch(/ 0 without an answer, 0 errors of the gateway's own making/);
  });

  it('leaves no process behind', () => {
    expect(processesNaming(state)).toEqual([]);
  });
});
