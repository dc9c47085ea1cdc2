import { describe, expect, it } from 'vitest';
import { runCommand } from '@sluice/lib/process/run-command.ts';
import { shellProgram } from './shell-program.ts';

describe('the program that a shell command begins with', () => {
  it.each([
    ['hey -z 1m http://podinfo.test/', 'hey'],
    ['  ghz --insecure', 'ghz'],
    ['wrk', 'wrk'],
    ['/usr/local/bin/hey -n 1', '/usr/local/bin/hey'],
    ['./run.sh', './run.sh'],
    ['A=1 B=x/y,z hey -n 1', 'hey'],
    ['hey;true', 'hey'],
    ['hey|tee log', 'hey'],
    ['hey&', 'hey'],
    ['hey>log', 'hey'],
    ['hey\necho done', 'hey'],
    ['grpc_health_probe -addr x', 'grpc_health_probe'],
  ])('of %j is %s', (command, program) => {
    expect(shellProgram(command)).toBe(program);
  });

  it.each([
    'echo hello',
    'cd /tmp && hey',
    '. ./env.sh',
    ': > file',
    '[ -f x ]',
    'for i in 1 2; do hey; done',
    'if true; then hey; fi',
    '{ hey; }',
    '(hey)',
    '! hey',
    '$HEY -n 1',
    '"my prog" -n 1',
    "'hey' -n 1",
    'h"e"y -n 1',
    'he\\y',
    '# a comment\nhey',
    '>log hey',
    '`which hey`',
    '~/bin/hey',
    'load() { sleep 1; }; load',
    'load () { sleep 1; }; load',
    'A="a b" hey',
    'PATH=/opt/bin hey',
    'A=1 PATH=/opt/bin:$PATH hey',
    'A=1',
    '*',
  ])('of %j only a shell can tell', (command) => {
    expect(shellProgram(command)).toBeUndefined();
  });

  it('takes no time on a command made to keep it busy', () => {
    expect(shellProgram(`${'A=1 '.repeat(20_000)}=`)).toBeUndefined();
    expect(shellProgram(`${'a'.repeat(500_000)}(`)).toBeUndefined();
  });

  it('is none of the words that bash runs without a program', async () => {
    const argv = ['bash', '-c', 'compgen -bk'] as const;
    const { output } = await runCommand({ argv, env: process.env, timeoutMs: 10_000 });
    const words = output.trim().split('\n');
    expect(words.length).toBeGreaterThan(60);
    expect(words.filter((name) => shellProgram(`${name} x`) !== undefined)).toEqual([]);
  });
});
