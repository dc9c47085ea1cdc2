import { Hono } from 'hono';

export interface ControllerHttp {
  /** Why the controller does not work as it should; empty when it does. */
  readonly problems: () => readonly string[];
  readonly metrics: () => Promise<{ readonly text: string; readonly contentType: string }>;
}

/** `/healthz` (the process lives), `/readyz` (it can work) and `/metrics`. */
export function createControllerApp(deps: ControllerHttp): Hono {
  const app = new Hono();
  app.get('/healthz', (context) => context.text('OK'));
  app.get('/readyz', (context) => {
    const problems = deps.problems();
    return problems.length === 0
      ? context.text('OK')
      : context.text(`not ready\n${problems.join('\n')}\n`, 503);
  });
  app.get('/metrics', async (context) => {
    const { text, contentType } = await deps.metrics();
    return context.body(text, 200, { 'content-type': contentType });
  });
  return app;
}
