import { createHmac } from 'node:crypto';
import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import type { CallbackRequest, Challenge, Click, Refused } from './platform.ts';
import { isSameText } from './same-text.ts';

/** Slack's own advice: an older request is a replay. https://docs.slack.dev/authentication/verifying-requests-from-slack */
const longestAgeMs = 5 * 60_000;
const longestReason = 1_000;

const refused = (status: Refused['status'], why: string): Refused => ({ kind: 'refused', status, why });

/** Reads an interactivity request: a pressed button, or the dialog that asked for a reason. */
export function readSlackClick(request: CallbackRequest, signingSecret: string): Click | Challenge | Refused {
  const sent = headerOf(request, 'x-slack-request-timestamp');
  const age = Math.abs(request.now - Number(sent) * 1000);
  // guard: an-old-slack-request-is-refused
  if (!/^\d{1,12}$/.test(sent) || age > longestAgeMs)
    return refused(401, 'the time of the request is missing, or more than 5 minutes off');
  const signature = signatureOf(signingSecret, sent, request.rawBody);
  // guard: slack-signs-its-requests
  if (!isSameText(headerOf(request, 'x-slack-signature'), signature))
    return refused(401, "the signature is not that of Slack's signing secret");
  const form = new URLSearchParams(request.rawBody.toString());
  // Slack looks now and then whether the certificate is valid.
  if (form.get('ssl_check') === '1') return { kind: 'challenge' };
  const payload = payloadOf(form);
  if (payload === undefined) return refused(400, 'the payload cannot be read');
  return (
    (payload['type'] === 'view_submission' ? submitted(payload) : pressed(payload)) ?? { kind: 'challenge' }
  );
}

/** `v0=` and the HMAC of version, time and body, as Slack makes it. */
const signatureOf = (secret: string, seconds: string, body: Buffer): string =>
  `v0=${createHmac('sha256', secret).update(`v0:${seconds}:`).update(body).digest('hex')}`;

function headerOf({ headers }: CallbackRequest, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

function payloadOf(form: URLSearchParams): JsonRecord | undefined {
  try {
    const payload: unknown = JSON.parse(form.get('payload') ?? '');
    return asRecord(payload);
  } catch {
    return undefined;
  }
}

/** Undefined for the button that only opens a page, and for all that is not ours. */
function pressed(payload: JsonRecord): Click | undefined {
  if (payload['type'] !== 'block_actions') return undefined;
  const action = asRecord(asList(payload['actions'])[0]);
  const token = asText(action['value']);
  const user = asText(asRecord(payload['user'])['id']);
  const isOurs = action['action_id'] === 'approve' || action['action_id'] === 'reject';
  if (!isOurs || token === undefined || user === undefined) return undefined;
  return {
    kind: 'click',
    user,
    token,
    handle: {
      channel: asText(asRecord(payload['channel'])['id']) ?? '',
      trigger: asText(payload['trigger_id']) ?? '',
    },
  };
}

function submitted(payload: JsonRecord): Click | undefined {
  const view = asRecord(payload['view']);
  const user = asText(asRecord(payload['user'])['id']);
  const [token = '', channel = ''] = (asText(view['private_metadata']) ?? '').split(' ');
  const values = asRecord(asRecord(view['state'])['values']);
  const reason = asText(asRecord(asRecord(values['reason'])['text'])['value'])?.trim();
  if (view['callback_id'] !== 'reason' || user === undefined || !reason) return undefined;
  return {
    kind: 'click',
    user,
    token,
    reason: reason.slice(0, longestReason),
    handle: { channel, trigger: '' },
  };
}
