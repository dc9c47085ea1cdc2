import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { answerTask } from './answer-task.ts';
import type { TokenRule } from './bearer-token.ts';
import type { KnownCanaries } from './canaries/known-canaries.ts';
import { addGatePaths } from './gates/gate-paths.ts';
import type { GateStore } from './gates/gate-store.ts';
import { type ReceivedPayload, readHookPayload } from './hook-payload.ts';
import type { NamespaceRule } from './namespace-rule.ts';
import type { TaskRunner } from './task-runner.ts';
import { TesterError } from './tester-error.ts';
import type { TesterMetrics } from './tester-metrics.ts';

export interface TesterDeps {
  readonly gates: GateStore;
  readonly tasks: TaskRunner;
  readonly metrics: TesterMetrics;
  readonly log: Log;
  readonly allowNamespace: NamespaceRule;
  readonly canaries: KnownCanaries;
  /** Without one every caller is answered. */
  readonly requireToken?: TokenRule;
}

const largestBody = 1024 * 1024;

/**
 * The receiving side of webhooks, compatible with Flagger's load tester: gates, rollback switches, tasks.
 * Every path takes every method; any other path, and any other method of `/gates`, creates a task.
 */
export function createTesterApp(deps: TesterDeps): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    deps.metrics.countRequest(knownPath(context.req.path), context.res.status);
  });
  app.all('/healthz', (context) => context.text('OK'));
  app.all('/metrics', async (context) =>
    context.body(await deps.metrics.text(), 200, { 'content-type': deps.metrics.contentType }),
  );
  app.use(async (context, next) => {
    // guard: every-other-path-needs-the-token
    await deps.requireToken?.(context.req.header('authorization'));
    await next();
  });
  app.all('/gate/approve', (context) => context.text('OK'));
  app.all('/gate/halt', (context) => context.text('Forbidden', 403));

  const tooLarge = (context: Context): Response =>
    context.text(`The body is larger than ${largestBody} bytes: no webhook payload is.`, 413);
  app.use(bodyLimit({ maxSize: largestBody, onError: tooLarge }));
  addGatePaths(app, { ...deps, readPayload: (context) => readPayload(context, deps) });
  app.all('*', async (context) => answerTask(context, await readPayload(context, deps), deps.tasks));

  app.onError((error, context) => answerError(error, context, deps.log));
  return app;
}

async function readPayload(context: Context, deps: TesterDeps): Promise<ReceivedPayload> {
  const payload = readHookPayload(await context.req.text());
  deps.allowNamespace(payload.namespace);
  return payload;
}

function answerError(error: Error, context: Context, log: Log): Response {
  if (error instanceof TesterError) {
    log.info('Request refused', {
      path: context.req.path.slice(0, 200),
      code: error.status,
      reason: error.message,
    });
    if (error.status === 401) context.header('www-authenticate', 'Bearer realm="sluice-tester"');
    if (error.status === 503) context.header('retry-after', '5');
    return context.text(error.message, error.status);
  }
  const reason = describeError(error);
  log.error('Request failed', { path: context.req.path.slice(0, 200), error: reason });
  return context.text(reason, 500);
}

// prettier-ignore
const paths: ReadonlySet<string> = new Set([
  '/healthz', '/metrics', '/gate/approve', '/gate/halt', '/gate/check', '/gate/open', '/gate/close',
  '/rollback/check', '/rollback/open', '/rollback/close', '/gates',
]);

/** Bounds the values of the `path` label, because a caller may send any path. */
const knownPath = (path: string): string => (paths.has(path) ? path : '/');
