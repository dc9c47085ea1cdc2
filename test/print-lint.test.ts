import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '@sluice/lib/process/run-command.ts';

const root = join(import.meta.dirname, '..');
const writes = {
  'packages/sluice/src/cli/a.ts': "console.log('x');\n",
  'packages/sluice/src/cli/b.ts': "console.error('x');\n",
  'packages/sluice/src/cli/c.ts': "process.stdout.write('x');\n",
  'packages/sluice/src/cli/d.ts': "process['stderr'].write('x');\n",
  'packages/sluice/src/cli/start/e.ts': "const { stdout } = process;\nstdout.write('x');\n",
  'packages/sluice/src/cli/f.ts': "import { stdout } from 'node:process';\nstdout.write('x');\n",
  'packages/sluice/src/cli/print.ts': "process.stdout.write('x');\n",
  'packages/sluice/src/cli/g.test.ts': "process.stdout.write('x');\n",
  'scripts/h.ts': "console.log('x');\n",
};

describe('lint', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-lint-'));
  let output = '';

  beforeAll(async () => {
    copyFileSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    for (const [file, text] of Object.entries(writes)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    const argv = [join(root, 'node_modules/.bin/oxlint'), '--format=unix'] as const;
    output = (
      await runCommand({ argv, cwd: folder, env: process.env, timeoutMs: 15_000, outputLimitBytes: 100_000 })
    ).output;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(['a', 'b', 'c', 'd', 'start/e', 'f'])(
    'refuses a file of the CLI that writes to the terminal itself: %s.ts',
    (name) => {
      expect(output).toContain(`packages/sluice/src/cli/${name}.ts:`);
    },
  );

  it('lets print.ts write, tests, and scripts', () => {
    expect(output).not.toMatch(/print\.ts|g\.test\.ts|h\.ts/);
  });
});
