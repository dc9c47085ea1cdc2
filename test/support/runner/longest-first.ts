import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/** Files that take long, or wait for processes, in the order in which they should begin; the rest follows. */
const early: readonly RegExp[] = [
  /proofs\/(properties|standstill|brakes)/,
  /packages\/(sluice\/src\/cli|tester\/src|local\/src\/(kubelet|images))\//,
  /proofs\/(isolation|api-faults)/,
  /proofs\//,
];

/** Whatever is begun last is waited for by all: on a clean clone vitest does not know yet which files take long. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const found = early.findIndex((pattern) => pattern.test(moduleId));
      return found === -1 ? early.length : found;
    };
    const group = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => group(a) - group(b) || rank(a) - rank(b));
  }
}
