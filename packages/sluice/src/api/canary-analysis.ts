import * as Type from 'typebox';
import type { Static } from 'typebox';

import { canaryMetricSchema } from './canary-metric.ts';
import { canaryWebhookSchema } from './canary-webhook.ts';
import type { DeepReadonly } from './deep-readonly.ts';
import { choice, flag, list, shortDuration, text, textMap, whole } from './schema-parts.ts';
import { atMostOneMatch, exactlyOneMatchWithSuffix } from './string-match.ts';

const matchSchema = Type.Object(
  {
    headers: Type.Optional(
      Type.Record(Type.String(), exactlyOneMatchWithSuffix('How the header must read.'), {
        description: 'Headers the request must have.',
      }),
    ),
    queryParams: Type.Optional(
      Type.Record(Type.String(), atMostOneMatch('How the parameter must read.'), {
        description: 'Query parameters the request must have.',
      }),
    ),
    sourceLabels: Type.Optional(textMap('Labels of the calling workload.')),
  },
  { description: 'Which requests go to the canary.' },
);

const alertSchema = Type.Object(
  {
    name: text('Name of the alert, for people.'),
    severity: Type.Optional(
      choice(['', 'info', 'warn', 'error'], 'The least severity that is sent; info when empty.'),
    ),
    providerRef: Type.Object(
      {
        name: text('Name of the AlertProvider.'),
        namespace: Type.Optional(text('Its namespace; that of the Canary when absent.')),
      },
      { description: 'Where the alert goes.' },
    ),
  },
  { description: 'An alert for people.' },
);
export type CanaryAlert = DeepReadonly<Static<typeof alertSchema>>;

const sessionAffinitySchema = Type.Object(
  {
    cookieName: text('Cookie of those who met the canary and stay with it.'),
    primaryCookieName: Type.Optional(text('Cookie of those who met the primary; another name.')),
    domain: Type.Optional(text('Domain of the cookies.')),
    path: Type.Optional(text('Path of the cookies.')),
    maxAge: Type.Optional(whole('Lifetime of the cookies in seconds.', { default: 86_400 })),
    httpOnly: Type.Optional(flag('Whether scripts cannot read them.')),
    secure: Type.Optional(flag('Whether they are sent over HTTPS only.')),
    partitioned: Type.Optional(flag('Whether they are kept apart for each top-level site.')),
    sameSite: Type.Optional(choice(['Strict', 'Lax', 'None'], 'Whether other sites get them sent.')),
  },
  { description: 'Keep each caller on one side.' },
);
export type SessionAffinity = DeepReadonly<Static<typeof sessionAffinitySchema>>;

export const canaryAnalysisSchema = Type.Object(
  {
    interval: shortDuration('Time between two rounds of checks, and so the time at each step.'),
    threshold: whole('Failed checks at which the canary is rolled back.'),
    iterations: Type.Optional(whole('Rounds of checks of a blue/green or A/B rollout.')),
    stepWeight: Type.Optional(whole('Percent of traffic added at each step.')),
    stepWeights: Type.Optional(list(whole('Percent of traffic at this step.'), 'The steps, growing.')),
    maxWeight: Type.Optional(whole('Percent at which stepWeight ends; 100 when absent.')),
    stepWeightPromotion: Type.Optional(
      whole('Percent moved back to the primary at each step of the promotion; all at once when absent.'),
    ),
    mirror: Type.Optional(flag('Whether requests are copied to the canary before it gets its own.')),
    mirrorWeight: Type.Optional(whole('Percent of requests copied; all when absent.')),
    primaryReadyThreshold: Type.Optional(
      whole("Percent of the primary's pods that must be available; 100 when absent."),
    ),
    canaryReadyThreshold: Type.Optional(
      whole("Percent of the canary's pods that must be available; 100 when absent."),
    ),
    match: Type.Optional(list(matchSchema, 'A/B: a request that fits one of these goes to the canary.')),
    metrics: Type.Optional(list(canaryMetricSchema, 'What is measured in each round.')),
    webhooks: Type.Optional(list(canaryWebhookSchema, 'Who is asked and told.')),
    alerts: Type.Optional(list(alertSchema, 'Who is alerted.')),
    sessionAffinity: Type.Optional(sessionAffinitySchema),
  },
  {
    description: 'How a new revision is judged.',
    oneOf: [{ required: ['iterations'] }, { required: ['stepWeight'] }, { required: ['stepWeights'] }],
    allowed: 'exactly one of iterations, stepWeight and stepWeights',
  },
);

export type CanaryAnalysis = DeepReadonly<Static<typeof canaryAnalysisSchema>>;
