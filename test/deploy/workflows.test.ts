import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly if?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = join(import.meta.dirname, '../../.github/workflows');
const names = readdirSync(folder).filter((file) => /\.ya?ml$/.test(file));
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const readWorkflow = (name: string): Workflow => parse(read(name)) as Workflow;

describe('the workflows', () => {
  it('are the ones that the tests below read', () => {
    expect(names.toSorted()).toEqual(['image.yaml', 'release.yaml', 'test.yaml']);
  });

  it.each(names)('%s names each action by commit, with its version beside it', (name) => {
    const actions = [...read(name).matchAll(/uses: (.+)$/gm)].map(([, action = '']) => action);
    expect(actions.length).toBeGreaterThan(3);
    const loose = actions.filter(
      (action) => !action.startsWith('./') && !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action),
    );
    expect(loose).toEqual([]);
  });

  it.each(names)('%s grants nothing but what its jobs name', (name) => {
    expect(readWorkflow(name).permissions).toEqual({ contents: 'read' });
  });

  it.each(names)('%s hands a pull request no token that can write, and no secret', (name) => {
    const { on, jobs } = readWorkflow(name);
    expect(Object.keys(on)).not.toContain('pull_request_target');
    expect(Object.keys(on)).not.toContain('workflow_run');
    if (!('pull_request' in on)) return;
    const reached = Object.entries(jobs).filter(
      ([, job]) => job.if !== "github.event_name != 'pull_request'",
    );
    expect(reached.length).toBeGreaterThan(0);
    for (const [, job] of reached) {
      expect(job.permissions ?? { contents: 'read' }).toEqual({ contents: 'read' });
      expect(JSON.stringify(job)).not.toMatch(/secrets\.|github\.token/);
    }
  });

  it.each(names)('%s keeps no credentials in the checkout, and puts no expression into a script', (name) => {
    const steps = Object.values(readWorkflow(name).jobs).flatMap((job) => job.steps ?? []);
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.length).toBeGreaterThan(0);
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
    expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([]);
  });
});
