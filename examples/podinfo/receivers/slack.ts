import type { Hono } from 'hono';
import { postUpstream } from './post-upstream.ts';
import { createReceiverApp } from './receiver-app.ts';
import { serveReceiver } from './serve-receiver.ts';
import { slackLines, slackMessage } from './slack-message.ts';
import { takeApprovals } from './take-approvals.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Below the 10 s that a hook waits by default, so that the sender hears why instead of nothing. */
const TIMEOUT_MS = 5000;

/**
 * Takes `event` hooks on /slack and approvals of `sluice chat` on /approvals, and posts them to SLACK_WEBHOOK_URL when it is
 * set; otherwise they are only shown.
 */
export function createSlackReceiver(env: Environment, print: (line: string) => void): Hono {
  const url = env['SLACK_WEBHOOK_URL'] || undefined;
  const post =
    url === undefined
      ? undefined
      : (body: unknown) => postUpstream({ service: 'Slack', url, body, timeoutMs: TIMEOUT_MS });
  const app = createReceiverApp({
    path: '/slack',
    print,
    describe: ({ namespace, name, phase, metadata }) => {
      const { eventMessage = '', eventType = 'Normal', timestamp: _timestamp, ...own } = metadata;
      const more = Object.entries(own).map((pair) => pair.join('='));
      return [eventType, `${namespace}/${name} ${phase}:`, eventMessage, ...more].join(' ');
    },
    ...(post === undefined ? {} : { forward: (message) => post(slackMessage(message)) }),
  });
  takeApprovals(app, {
    print,
    ...(post === undefined ? {} : { forward: (lines) => post(slackLines(lines)) }),
  });
  return app;
}

if (import.meta.main) {
  const app = createSlackReceiver(process.env, (line) => console.log(line));
  serveReceiver('slack', app, process.env, 8080);
}
