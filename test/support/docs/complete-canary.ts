import { asRecord } from '@sluice/lib/json/json-read.ts';

type Json = Readonly<Record<string, unknown>>;

/** A whole Canary around a part of one, as documents show it: from `spec`, `analysis` or `webhooks` on. */
export function canaryOf(part: Json): Json {
  const spec = specOf(part);
  const analysis = asRecord(spec['analysis']);
  const hasSteps = ['iterations', 'stepWeight', 'stepWeights'].some((key) => Object.hasOwn(analysis, key));
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'podinfo', namespace: 'default' },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
      service: { port: 9898, gatewayRefs: [{ name: 'gateway' }] },
      ...spec,
      analysis: { interval: '1m', threshold: 5, ...(hasSteps ? {} : { stepWeight: 10 }), ...analysis },
    },
  };
}

/** Throws on a part that belongs nowhere, so that no block goes unread. */
function specOf(part: Json): Json {
  const [key, ...others] = Object.keys(part);
  if (others.length === 0 && key === 'spec') return asRecord(part['spec']);
  if (others.length === 0 && key === 'analysis') return part;
  if (others.length === 0 && key === 'webhooks') return { analysis: part };
  throw new Error(`not a part of a Canary, and without a kind: ${JSON.stringify(part).slice(0, 120)}`);
}
