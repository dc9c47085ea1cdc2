import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Environment } from './environment.ts';

/** Where `name` keeps its files unless told, as the XDG base directories have it: what is empty or relative counts as unset. */
export function stateFolder(env: Environment, name: string): string {
  const named = env['XDG_STATE_HOME'] ?? '';
  const base = isAbsolute(named) ? named : join(homedir(), '.local', 'state');
  return join(base, 'sluice', name);
}
