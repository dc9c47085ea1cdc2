import packageJson from '../../../../package.json' with { type: 'json' };
import { exitHelp } from './help.ts';
import { print } from './print.ts';

export const version: string = packageJson.version;

export function runVersion(args: readonly string[]): Promise<number> {
  const isHelp = args.some((arg) => ['-h', '-help', '--help'].includes(arg));
  if (isHelp)
    print.out(
      'Usage: sluice version',
      '',
      'The version of this program.',
      '',
      ...exitHelp({ 0: 'always' }, print.columns),
    );
  else print.out(version);
  return Promise.resolve(0);
}
