import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { columnsOf } from '@sluice/lib/text/wrap.ts';
import { commands } from './commands.ts';
import { runProgram } from './run-program.ts';
import packageJson from '../../../../package.json' with { type: 'json' };
import { version } from './version.ts';

const main = join(import.meta.dirname, 'main.ts');
const names = commands.filter(({ hidden }) => hidden !== true).map(({ name }) => name);

/** Runs the program in this process, which is quicker; the controller's command changes settings of its process. */
async function sluice(args: readonly string[], columns = 80) {
  if (args.includes('controller')) return spawned(args, columns);
  const before = { columns: process.env['COLUMNS'], code: process.exitCode };
  process.env['COLUMNS'] = String(columns);
  const spies = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
  for (const spy of spies) spy.mockReturnValue(true);
  try {
    await runProgram(commands, args);
    const [out, err] = spies.map((spy) => spy.mock.calls.map(([written]) => String(written)).join(''));
    return { code: process.exitCode, out: out ?? '', err: err ?? '' };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = before.code;
    if (before.columns === undefined) delete process.env['COLUMNS'];
    else process.env['COLUMNS'] = before.columns;
  }
}

async function spawned(args: readonly string[], columns: number) {
  const env = { ...process.env, COLUMNS: String(columns) };
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (child.exitCode === null) await once(child, 'exit');
  return { code: child.exitCode, out, err };
}

describe('sluice', () => {
  it('ends quietly when the reader of its output has gone', async () => {
    const script = 'set -o pipefail; "$0" "$1" help controller | head -1';
    const child = spawn('bash', ['-c', script, process.execPath, main], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect(out).toContain('Usage: sluice controller');
    expect(err).toBe('');
  });

  it('is kubectl-sluice, too, which kubectl finds as its plugin', async () => {
    expect(packageJson.bin['kubectl-sluice']).toBe(packageJson.bin.sluice);
    const folder = mkdtempSync(join(tmpdir(), 'sluice-plugin-'));
    const plugin = join(folder, 'kubectl-sluice');
    symlinkSync(main, plugin);
    const child = spawn(process.execPath, [plugin, 'version'], { stdio: ['ignore', 'pipe', 'inherit'] });
    expect(await text(child.stdout)).toBe(`${version}\n`);
    rmSync(folder, { recursive: true });
  });

  it.each([['--version'], ['-v'], ['version']])('%s prints the version', async (arg) => {
    expect(await sluice([arg])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  it('help lists the commands, and not the stand-ins', async () => {
    const { code, out } = await sluice(['help']);
    expect(code).toBe(0);
    expect([...out.matchAll(/^ {2}(\S+) /gm)].map(([, name]) => name)).toEqual(names);
  });

  it.each([
    [['abrot', 'podinfo'], 'sluice: unknown command "abrot"; did you mean "abort"?'],
    [['help', 'contoller'], 'sluice: unknown command "contoller"; did you mean "controller"?'],
    [['frobnicate'], 'sluice: unknown command "frobnicate"\n'],
    [['evil\u001b[2J\n'], String.raw`sluice: unknown command "evil\u001b[2J "`],
  ])('%j names the command that was probably meant, and ends with 2', async (args, message) => {
    const { code, out, err } = await sluice(args);
    expect(err).toContain(message);
    expect(out).toBe('');
    expect(code).toBe(2);
  });

  it.each([
    [['abort', 'podinfo', '--reasn=x'], 2, '(Did you mean --reason?)'],
    [['start', '--onse'], 2, '(Did you mean --once?)'],
    [['local', '--verbos'], 2, '(Did you mean --verbose?)'],
    [['controller', '-mesh-provder=istio'], 2, 'not defined: -mesh-provder; did you mean -mesh-provider?'],
    [['adopt', '--dryrun'], 2, 'not defined: -dryrun; did you mean -dry-run?'],
    [['tester', '-log-levle=info'], 1, 'not defined: -log-levle; did you mean -log-level?'],
  ])('%j names the flag that was probably meant, in a few lines', async (args, code, message) => {
    const answer = await sluice(args);
    expect(answer.err).toContain(message);
    expect(answer.err.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
    expect(answer.code).toBe(code);
  });
});

describe.each(names)('the help of sluice %s', (name) => {
  it('is the same by help and by --help, wrapped and not cut, with the meaning of its exit codes', async () => {
    const wide = await sluice(['help', name], 1000);
    const narrow = await sluice([name, '--help'], 40);
    expect(wide).toMatchObject({ code: 0, err: '' });
    expect(wide.out).toMatch(new RegExp(`^Usage: sluice ${name}`));
    expect(wide.out).toMatch(/^Exit codes:\n {2}0 {4}\S/m);
    expect(narrow).toMatchObject({ code: 0, err: '' });
    expect(narrow.out.split('\n').filter((line) => columnsOf(line) > 40)).toEqual([]);
    expect(narrow.out.replaceAll(/\s+/g, '')).toBe(wide.out.replaceAll(/\s+/g, ''));
  });
});
