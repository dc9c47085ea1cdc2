import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { until } from '../../test/support/real/until.ts';

/** When the server showed each canary in each phase. */
export class PhaseTimes {
  readonly #phases = new Map<string, string>();
  readonly #reachedAt = new Map<string, number>();

  see(canary: AnyKubeObject): void {
    const phase = asText(asRecord(canary['status'])['phase']) ?? '';
    const { name } = canary.metadata;
    if (this.#phases.get(name) === phase) return;
    this.#phases.set(name, phase);
    this.#reachedAt.set(keyOf(name, phase), performance.now());
  }

  phaseOf(name: string): string | undefined {
    return this.#phases.get(name);
  }

  /** Forgets when the phases of a run were reached, before the next run. */
  forgetRun(name: string): void {
    for (const phase of ['Succeeded', 'Progressing', 'Waiting']) this.#reachedAt.delete(keyOf(name, phase));
  }

  /** Resolves to the time (`performance.now`) at which the last of them was in this phase. */
  async reach(names: readonly string[], phase: string, timeoutMs: number): Promise<number> {
    const times = (): readonly (number | undefined)[] =>
      names.map((name) => this.#reachedAt.get(keyOf(name, phase)));
    const allReached = (): boolean => times().every((at) => at !== undefined);
    await until(`${names.length} canaries are ${phase}`, allReached, { timeoutMs, everyMs: 20 });
    return Math.max(...times().map((at) => at ?? 0));
  }
}

const keyOf = (name: string, phase: string): string => `${name} ${phase}`;
