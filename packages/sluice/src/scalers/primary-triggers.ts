import type { Canary } from '../api/canary.ts';
import { asList, asRecord, asText, isRecord } from '@sluice/lib/json/json-read.ts';
import { namesOf } from '../rules/objects/names.ts';

/**
 * Triggers of a ScaledObject for the primary. A query names the workload that it measures, so that of the target would
 * scale the primary by the load of the canary: `primaryScalerQueries` replaces queries by name of their trigger, and
 * without it the names in them are replaced.
 */
export function primaryTriggers(triggers: unknown, canary: Canary): readonly unknown[] {
  const queries = canary.spec.autoscalerRef?.primaryScalerQueries;
  return asList(triggers).map((item) => {
    const trigger = asRecord(item);
    const metadata = trigger['metadata'];
    if (!isRecord(metadata)) return item;
    const own = asText(metadata['query']);
    const name = asText(trigger['name']) ?? '';
    const query =
      queries === undefined
        ? own && renamed(own, canary)
        : Object.hasOwn(queries, name)
          ? queries[name]
          : own;
    return query === own ? item : { ...trigger, metadata: { ...metadata, query } };
  });
}

/** Replaces the name where no letter or digit adjoins it (`test_podinfo-canary_9898`); a primary's name stays. */
function renamed(query: string, canary: Canary): string {
  const { target, primary } = namesOf(canary);
  const name = target.replaceAll('.', String.raw`\.`);
  const found = new RegExp(`(?<![a-z0-9])${name}(?:-canary|-primary)?(?![a-z0-9])`, 'gi');
  return query.replace(found, () => primary);
}
