import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';

const main = join(import.meta.dirname, 'main.ts');
const folder = mkdtempSync(join(tmpdir(), 'sluice-lint-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A Canary whose only findings are those of `analysis`. */
const canary = (...analysis: readonly string[]): string =>
  [
    'apiVersion: flagger.app/v1beta1',
    'kind: Canary',
    'metadata: {name: podinfo}',
    'spec:',
    '  targetRef: {apiVersion: apps/v1, kind: Deployment, name: podinfo}',
    '  service: {port: 80}',
    '  analysis:',
    '    interval: 1m',
    '    threshold: 5',
    '    metrics: [{name: request-success-rate, thresholdRange: {min: 99}}]',
    ...analysis.map((line) => `    ${line}`),
    '',
  ].join('\n');

const sound = canary('stepWeight: 10');
const warned = canary('stepWeight: 20', 'maxWeight: 50');
const wrong = canary('stepWeight: 0');

/** Runs the command in the folder, without a kubeconfig. */
async function lint(args: readonly string[], input?: string | Buffer) {
  const env = { PATH: process.env['PATH'], KUBECONFIG: join(folder, 'none') };
  const child = spawn(process.execPath, [main, 'lint', ...args], { cwd: folder, env });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  // The command may end before it has read everything.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { out, err, code };
}

function write(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content);
  return name;
}

describe('sluice lint', () => {
  it('ends with 0 for a sound file, without a cluster', async () => {
    const { out, err, code } = await lint(['-f', write('sound.yaml', sound)]);
    expect({ out, err, code }).toEqual({
      out: 'nothing found (1 object checked in 1 file)\n',
      err: '',
      code: 0,
    });
  });

  it('ends with 3 for an error, and says where it stands', async () => {
    const { out, code } = await lint([write('wrong.yaml', wrong)]);
    expect(out).toBe(
      'wrong.yaml:11:5 error   WEIGHT001 spec.analysis.stepWeight is 0: write a whole number from 1 to 100\n' +
        '1 error (1 object checked in 1 file)\n',
    );
    expect(code).toBe(3);
  });

  it('ends with 0 for a warning, and with 3 with --strict', async () => {
    const name = write('warned.yaml', warned);
    const { out, code } = await lint([name]);
    expect(out).toContain('warned.yaml:12:5 warning WEIGHT003');
    expect(code).toBe(0);
    expect((await lint(['--strict', name])).code).toBe(3);
  });

  it('reads standard input once, and files of both forms', async () => {
    const names = ['-f', write('a.yaml', sound), write('b.yaml', warned), '-', '-'];
    const { out, code } = await lint(names, wrong);
    expect(out).toContain('-:11:5 error   WEIGHT001');
    expect(out).toContain('1 error, 1 warning (3 objects checked in 3 files)');
    expect(code).toBe(3);
  });

  it('takes the flags of the controller that the files are for', async () => {
    const name = write('fast.yaml', sound.replace('interval: 1m', 'interval: 5s'));
    expect((await lint([name])).out).toContain('TIME003');
    expect((await lint([name, '--min-interval=1s'])).out).not.toContain('TIME003');
    expect((await lint([name, '--mesh-provider=istio'])).out).toContain('PROVIDER001');
    const far = sound.replace(
      '{name: request-success-rate,',
      '{name: x, templateRef: {name: x, namespace: far},',
    );
    expect((await lint([write('far.yaml', far), '--no-cross-namespace-refs'])).out).toContain('REF001');
  });

  it.each([
    ['json', { apiVersion: 'cli.sluice.dev/v1', kind: 'LintReport', summary: { errors: 1 } }],
    ['sarif', { version: '2.1.0', runs: [{ results: [{ ruleId: 'WEIGHT001' }] }] }],
  ])('writes -o %s', async (format, shape) => {
    const { out, code } = await lint(['-o', format, '-'], wrong);
    expect(JSON.parse(out)).toMatchObject(shape);
    expect(code).toBe(3);
  });

  it('prints control characters of a file as escapes, in every form', async () => {
    const evil = sound.replace('stepWeight: 10', 'stepWeight: "\\e[2J\\u202e"');
    const name = write('evil\u001b[31m.yaml', evil);
    for (const format of ['text', 'json', 'sarif']) {
      const { out } = await lint([name, '-o', format]);
      expect(out).toContain('FIELD001');
      // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
      expect(out).not.toMatch(/[\u001b\u202e]/);
    }
  });

  it.each([
    ['no file', [], 'name at least one file'],
    ['a file that is not there', ['none.yaml'], 'none.yaml cannot be read: there is no such file'],
    ['a folder', ['.'], '. cannot be read: it is a folder; name its files'],
    ['an unknown form', ['-o', 'xml', '-'], 'Allowed choices are text, json, sarif'],
    ['a wrong interval', ['--min-interval', '5x', '-'], 'unknown unit'],
    ['an unknown flag', ['--strikt', '-'], 'Did you mean --strict?'],
  ])('ends with 2 for %s', async (_what, args, message) => {
    const { out, err, code } = await lint(args, sound);
    expect(err).toContain(message);
    expect(out).toBe('');
    expect(code).toBe(2);
  });

  it('ends with 2 for a file that is not UTF-8', async () => {
    const { err, code } = await lint([write('latin.yaml', Buffer.from([0x61, 0x3a, 0x20, 0xe9]))]);
    expect(err).toContain('latin.yaml is not UTF-8');
    expect(code).toBe(2);
  });

  it('reads no more than 4 MiB of a file, and 64 MiB of all', { timeout: 60_000 }, async () => {
    const large = Buffer.alloc(4 * 1024 * 1024, '#');
    expect((await lint(['-'], large)).code).toBe(0);
    // A stream that ends: a mutant without the bound must end, too.
    const over = await lint(['-'], Buffer.alloc(large.byteLength + 1, '#'));
    expect(over.err).toContain('standard input is larger than 4194304 bytes');
    expect(over.code).toBe(2);
    const names = Array.from({ length: 17 }, (_, index) => write(`large${index}.yaml`, large));
    const sum = await lint(names);
    expect(sum.err).toContain('the files hold more than 67108864 bytes together');
    expect(sum.code).toBe(2);
  });
});
