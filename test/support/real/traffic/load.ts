import { Pool } from 'undici';
import { asRecord } from '@sluice/lib/json/json-read.ts';

/** Requests that were sent while the canary's status said the same. */
export interface TrafficWindow {
  readonly phase: string;
  readonly weight: number;
  /** Answers by label `app` of the pod that gave them. */
  readonly answers: Readonly<Record<string, number>>;
  /** Requests that got no answer, or one with a status of 400 or more: what came instead. */
  readonly failures: readonly string[];
}

export interface TrafficLoad {
  /** From now on requests count for these; a new window begins when they differ from the last. */
  enter(phase: string, weight: number): void;
  /** All windows since the last call, in order, as soon as all of their requests are answered. */
  take(): Promise<readonly TrafficWindow[]>;
  stop(): Promise<void>;
}

export interface TrafficLoadOptions {
  readonly url: string;
  readonly host: string;
  readonly perSecond: number;
}

interface OpenWindow {
  readonly phase: string;
  readonly weight: number;
  readonly answers: Record<string, number>;
  readonly failures: string[];
}

/** Sends requests at a steady rate over a pool of connections, whether or not earlier ones were answered. */
export function startTrafficLoad({ url, host, perSecond }: TrafficLoadOptions): TrafficLoad {
  const pool = new Pool(url, { connections: 50, headersTimeout: 5000, bodyTimeout: 5000 });
  const underWay = new Set<Promise<void>>();
  let windows: OpenWindow[] = [];
  let current = open('', 0);

  function open(phase: string, weight: number): OpenWindow {
    const opened = { phase, weight, answers: {}, failures: [] };
    windows.push(opened);
    return opened;
  }

  async function send({ answers, failures }: OpenWindow): Promise<void> {
    try {
      const { statusCode, body } = await pool.request({ method: 'GET', path: '/', headers: { host } });
      const text = await body.text();
      if (statusCode >= 400) return void failures.push(`${statusCode} ${text.slice(0, 200)}`);
      const app = String(asRecord(JSON.parse(text))['app']);
      answers[app] = (answers[app] ?? 0) + 1;
    } catch (error) {
      failures.push(String(error));
    }
  }

  // By what is due, not by ticks: a timer that is late would send less than was asked for.
  const began = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    for (const due = ((performance.now() - began) / 1000) * perSecond; sent < due; sent += 1) {
      const request = send(current);
      underWay.add(request);
      void request.finally(() => underWay.delete(request));
    }
  }, 5);

  return {
    enter(phase, weight) {
      if (current.phase !== phase || current.weight !== weight) current = open(phase, weight);
    },
    async take() {
      const taken = windows;
      windows = [];
      current = open(current.phase, current.weight);
      await Promise.all(underWay);
      return taken;
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
      await pool.close();
    },
  };
}
