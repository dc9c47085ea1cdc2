import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stateFolder } from './state-folder.ts';

describe('the folder of a cluster that was not told one', () => {
  it('lies below XDG_STATE_HOME', () => {
    expect(stateFolder({ XDG_STATE_HOME: '/var/state' }, 'local')).toBe('/var/state/sluice/local');
  });

  it.each([undefined, '', 'relative/path'])('lies in the home folder when that is %j', (value) => {
    expect(stateFolder({ XDG_STATE_HOME: value }, 'start')).toBe(
      join(homedir(), '.local', 'state', 'sluice', 'start'),
    );
  });
});
