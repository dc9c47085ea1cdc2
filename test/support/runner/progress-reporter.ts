import type { Reporter, TestCase, TestModule } from 'vitest/node';

const everyMs = 10_000;

interface Running {
  readonly since: number;
  /** What the module works on, and how far it has come where it says so. */
  at: string;
}

/** Says every ten seconds what is running, for screens on which nothing moves by itself: some files take minutes. */
export class ProgressReporter implements Reporter {
  readonly #write: (text: string) => void;
  readonly #running = new Map<TestModule, Running>();
  #files = 0;
  #filesDone = 0;
  #testsDone = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(write: (text: string) => void = (text) => void process.stdout.write(text)) {
    this.#write = write;
  }

  onTestRunStart(specifications: readonly unknown[]): void {
    this.#files = specifications.length;
    // On a terminal the default reporter shows what is running.
    if (process.stdout.isTTY) return;
    this.#timer = setInterval(() => this.say(), everyMs);
    this.#timer.unref();
  }

  onTestModuleStart(module: TestModule): void {
    this.#running.set(module, { since: performance.now(), at: '' });
  }

  onTestCaseReady(test: TestCase): void {
    this.#note(test, test.fullName);
  }

  onTestCaseAnnotate(test: TestCase, { message, type }: { message: string; type: string }): void {
    if (type === 'progress') this.#note(test, message);
  }

  onTestCaseResult(): void {
    this.#testsDone += 1;
  }

  onTestModuleEnd(module: TestModule): void {
    this.#running.delete(module);
    this.#filesDone += 1;
  }

  onTestRunEnd(): void {
    clearInterval(this.#timer);
  }

  #note(test: TestCase, at: string): void {
    const running = this.#running.get(test.module);
    if (running !== undefined) running.at = at.length > 100 ? `${at.slice(0, 99)}…` : at;
  }

  say(): void {
    const lines = [...this.#running].map(([module, { since, at }]) => {
      const seconds = Math.round((performance.now() - since) / 1000);
      return `     ${module.relativeModuleId}, ${seconds} s: ${at}`;
    });
    this.#write(
      ` …  ${this.#filesDone} of ${this.#files} files, ${this.#testsDone} tests; running:\n${lines.join('\n')}\n`,
    );
  }
}
