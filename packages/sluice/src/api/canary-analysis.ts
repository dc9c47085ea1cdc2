import * as Type from 'typebox';
import type { Static } from 'typebox';

import { bounds } from './bounds.ts';
import { canaryMetricSchema } from './canary-metric.ts';
import { canaryWebhookSchema } from './canary-webhook.ts';
import type { DeepReadonly } from './deep-readonly.ts';
import {
  choice,
  flag,
  list,
  map,
  namespaceName,
  objectName,
  shortDuration,
  text,
  textMap,
  whole,
} from './schema-parts.ts';
import { atMostOneMatch, exactlyOneMatchWithSuffix } from './string-match.ts';

const matchSchema = Type.Object(
  {
    headers: Type.Optional(
      map(exactlyOneMatchWithSuffix('Condition on the header.'), 'Headers that the request must have.'),
    ),
    queryParams: Type.Optional(
      map(atMostOneMatch('Condition on the parameter.'), 'Query parameters that the request must have.'),
    ),
    sourceLabels: Type.Optional(textMap('Labels of the calling workload.')),
  },
  { description: 'Requests that go to the canary.' },
);

const alertSchema = Type.Object(
  {
    name: text('Name of the alert, shown to people.'),
    severity: Type.Optional(
      choice(['', 'info', 'warn', 'error'], 'Lowest severity that is sent; default info.'),
    ),
    providerRef: Type.Object(
      {
        name: objectName('Name of the AlertProvider.'),
        namespace: Type.Optional(namespaceName('Its namespace; that of the Canary when absent.')),
      },
      { description: 'The AlertProvider that sends the alert.' },
    ),
  },
  { description: 'An alert about this Canary.' },
);
export type CanaryAlert = DeepReadonly<Static<typeof alertSchema>>;

const sessionAffinitySchema = Type.Object(
  {
    cookieName: text('Name of the cookie that keeps callers at the canary.'),
    primaryCookieName: Type.Optional(
      text('Name of the cookie that keeps callers at the primary; it must differ from cookieName.'),
    ),
    domain: Type.Optional(text('Domain of the cookies.')),
    path: Type.Optional(text('Path of the cookies.')),
    maxAge: Type.Optional(whole('Lifetime of the cookies in seconds.', { default: 86_400 })),
    httpOnly: Type.Optional(flag('Hide the cookies from scripts (HttpOnly).')),
    secure: Type.Optional(flag('Send the cookies over HTTPS only (Secure).')),
    partitioned: Type.Optional(flag('Keep the cookies apart for each top-level site (Partitioned).')),
    sameSite: Type.Optional(choice(['Strict', 'Lax', 'None'], 'SameSite attribute of the cookies.')),
  },
  { description: 'Session affinity: cookies that keep each caller at one side.' },
);
export type SessionAffinity = DeepReadonly<Static<typeof sessionAffinitySchema>>;

const parts = { entries: bounds.parts };

export const canaryAnalysisSchema = Type.Object(
  {
    interval: shortDuration('Time between two rounds of checks; each step lasts at least this long.'),
    threshold: whole('Number of failed checks after which the canary is rolled back.'),
    iterations: Type.Optional(whole('Number of rounds of checks of a blue/green or A/B rollout.')),
    stepWeight: Type.Optional(whole('Percent of traffic added at each step.')),
    stepWeights: Type.Optional(
      list(whole('Percent of traffic at this step.'), 'Percent of traffic at each step, in ascending order.'),
    ),
    maxWeight: Type.Optional(whole('Percent of traffic at the last step of stepWeight; default 100.')),
    stepWeightPromotion: Type.Optional(
      whole(
        'Percent of traffic moved back to the primary at each step of the promotion; default all at once.',
      ),
    ),
    mirror: Type.Optional(flag('Copy requests to the canary before it gets traffic.')),
    mirrorWeight: Type.Optional(whole('Percent of requests copied; default all.')),
    primaryReadyThreshold: Type.Optional(
      whole("Percent of the primary's pods that must be available; 100 when absent."),
    ),
    canaryReadyThreshold: Type.Optional(
      whole("Percent of the canary's pods that must be available; 100 when absent."),
    ),
    match: Type.Optional(
      list(matchSchema, 'A/B test: requests that match one of these conditions go to the canary.'),
    ),
    metrics: Type.Optional(
      list(canaryMetricSchema, 'Metrics that are queried in each round of checks.', parts),
    ),
    webhooks: Type.Optional(list(canaryWebhookSchema, 'Webhooks that are called during the rollout.', parts)),
    alerts: Type.Optional(list(alertSchema, 'Alerts that are sent about the rollout.', parts)),
    sessionAffinity: Type.Optional(sessionAffinitySchema),
  },
  {
    description: 'Steps, checks, webhooks and alerts of a rollout.',
    oneOf: [{ required: ['iterations'] }, { required: ['stepWeight'] }, { required: ['stepWeights'] }],
    allowed: 'exactly one of iterations, stepWeight and stepWeights',
  },
);

export type CanaryAnalysis = DeepReadonly<Static<typeof canaryAnalysisSchema>>;
