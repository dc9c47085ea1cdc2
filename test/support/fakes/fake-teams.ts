import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import { startFakeChatServer } from './fake-chat-server.ts';
import type { FakeChatServer } from './fake-chat-server.ts';

export interface FakeTeams extends FakeChatServer {
  /** URL of the workflow: its signature is all the secret there is. */
  readonly webhook: string;
  /** Adaptive Cards, oldest first. */
  readonly cards: readonly JsonRecord[];
}

const path = '/workflows/0123456789/triggers/manual/paths/invoke?sig=teams-secret-signature';

/** A workflow "When a Teams webhook request is received": 202 for a card, 400 for anything else. */
export async function startFakeTeams(): Promise<FakeTeams> {
  const cards: JsonRecord[] = [];
  const server = await startFakeChatServer(
    (request) => {
      if (request.path !== path)
        return { status: 401, body: { error: { code: 'DirectApiAuthorizationRequired' } } };
      const body = asRecord(JSON.parse(request.body));
      const attachment = asRecord(asList(body['attachments'])[0]);
      const card = asRecord(attachment['content']);
      const isCard =
        body['type'] === 'message' &&
        attachment['contentType'] === 'application/vnd.microsoft.card.adaptive' &&
        card['type'] === 'AdaptiveCard';
      if (!isCard) return { status: 400, body: { error: { code: 'InvalidRequestContent' } } };
      cards.push(card);
      return { status: 202, body: '' };
    },
    ({ status, retryAfterS, error = 'TooManyRequests' }) => ({
      status,
      ...(retryAfterS === undefined ? {} : { headers: { 'retry-after': String(retryAfterS) } }),
      body: { error: { code: error } },
    }),
  );
  return Object.assign(server, { webhook: `${server.url}${path}`, cards });
}
