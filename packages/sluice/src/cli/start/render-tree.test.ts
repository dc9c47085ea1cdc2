import { describe, expect, it } from 'vitest';
import { renderTree } from './render-tree.ts';
import type { TreeView } from './render-tree.ts';

const view: TreeView = {
  name: 'podinfo',
  namespace: 'test',
  status: { phase: 'Progressing', failedChecks: 1, canaryWeight: 20, iterations: 0 },
  steps: [10, 20, 30],
  share: { requests: 100, canaryPercent: 19.4 },
  gatewayFailures: 0,
  told: ['slack: one', 'slack: two'],
  width: 100,
};

describe('the live tree', () => {
  it('shows weight, measured share and the steps done, present and to come', () => {
    const text = renderTree(view).join('\n');
    expect(text).toContain('canary 20%  measured 19% of 100 requests');
    expect(text).toContain('✔ 10  ▶ 20  ○ 30  ○ promotion');
  });

  it('says what the rollout waits for', () => {
    const waiting = { step: 'advance', for: 'hook', message: 'gate "promotion" is closed (403)', since: '' };
    const text = renderTree({ ...view, status: { ...view.status, waiting } }).join('\n');
    expect(text).toContain('waits    gate "promotion" is closed (403)');
  });

  it('keeps each line within the width of the terminal', () => {
    const lines = renderTree({ ...view, told: ['x'.repeat(500)], width: 60 });
    expect(Math.max(...lines.map((line) => Array.from(line).length))).toBeLessThanOrEqual(60);
  });
});
