import { describe, expect, it } from 'vitest';
import { decisionAnnotations } from '../objects/object-keys.ts';
import { decisionValues, longestName, readDecisionRequest } from './decision-request.ts';

const written = (groups: readonly string[]): string | null | undefined =>
  decisionValues({ verb: 'approve', by: 'ann', via: 'cli', reason: '', groups })[decisionAnnotations.groups];

describe('the groups of a decision', () => {
  it.each([
    ['with a comma', 'CN=ops,DC=example'],
    ['with a space at an end', ' ops'],
    ['with a line break', 'ops\nadmins'],
    ['with an invisible character', 'ops\u200badmins'],
    ['without a name', ''],
    ['longer than what is read', 'x'.repeat(longestName + 1)],
  ])('are written without one %s, which would be read as another', (_kind, group) => {
    expect(written(['team-a', group, 'team-b'])).toBe('team-a,team-b');
    expect(written([group])).toBeNull();
  });

  it.each(['system:authenticated', 'team a', 'Büro', 'oidc:/groups/ops', 'x'.repeat(longestName)])(
    'are read back as they were written: %s',
    (group) => {
      const annotations = {
        [decisionAnnotations.verb]: 'approve',
        [decisionAnnotations.groups]: written(['first', group]) ?? '',
      };
      expect(readDecisionRequest(annotations)?.groups).toEqual(['first', group]);
    },
  );
});
