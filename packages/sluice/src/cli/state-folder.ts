import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Environment } from './environment.ts';

/** Default folder for the files of `name`, as XDG defines it: a variable that is empty or relative counts as unset. */
export function stateFolder(env: Environment, name: string): string {
  const named = env['XDG_STATE_HOME'] ?? '';
  const base = isAbsolute(named) ? named : join(homedir(), '.local', 'state');
  return join(base, 'sluice', name);
}
