import { Counter, Gauge, Registry } from 'prom-client';

/** The tester's own series, in a registry of its own: a controller in the same process has another. */
export interface TesterMetrics {
  countRequest(path: string, code: number): void;
  countTask(type: string, outcome: string): void;
  setTasks(running: number, waiting: number): void;
  readonly contentType: string;
  text(): Promise<string>;
}

export function createTesterMetrics(): TesterMetrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'sluice_tester_requests_total',
    help: 'Requests answered, by path and status code',
    labelNames: ['path', 'code'],
    registers,
  });
  const tasks = new Counter({
    name: 'sluice_tester_tasks_total',
    help: 'Tasks ended or skipped, by type and outcome',
    labelNames: ['type', 'outcome'],
    registers,
  });
  const running = new Gauge({ name: 'sluice_tester_tasks_running', help: 'Tasks running now', registers });
  const waiting = new Gauge({
    name: 'sluice_tester_tasks_waiting',
    help: 'Tasks waiting for a place',
    registers,
  });
  return {
    countRequest: (path, code) => requests.inc({ path, code: String(code) }),
    countTask: (type, outcome) => tasks.inc({ type, outcome }),
    setTasks(runningNow, waitingNow) {
      running.set(runningNow);
      waiting.set(waitingNow);
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}
