import type { Hono } from 'hono';
import { approvalLines, readApprovalMessage } from './approval-message.ts';
import { limitBody, refuse } from './receiver-app.ts';

export interface ApprovalOptions {
  /** Gets the lines of a message, one call each. */
  readonly print: (line: string) => void;
  /** Posts the lines to the chat service; absent: they are only shown. */
  readonly forward?: (lines: readonly string[]) => Promise<void>;
}

/** Lets a receiver take on /approvals what `sluice chat` posts to its `link`. */
export function takeApprovals(app: Hono, { print, forward }: ApprovalOptions): void {
  app.post('/approvals', limitBody, async (context) => {
    const message = readApprovalMessage(await context.req.text());
    if ('problem' in message) return context.text(`${message.problem}\n`, 400);
    const lines = approvalLines(message);
    try {
      await forward?.(lines);
    } catch (error) {
      return refuse(context, error, (reason) => print(`failed: ${lines[0]} (${reason})`));
    }
    for (const line of lines) print(line);
    return context.text(forward === undefined ? 'shown\n' : 'posted\n');
  });
}
