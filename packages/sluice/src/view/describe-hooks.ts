import { maskUrl } from '@sluice/lib/http/mask-url.ts';
import type { Canary, CanaryWebhook } from '../api/canary.ts';
import type { HookResult } from '../api/canary-status.ts';
import { judgedWord } from './judged-word.ts';
import type { HookView } from './rollout-view.ts';

/** The hooks of the spec in their order, each with its last answer in this run; answers of removed hooks come last. */
export function describeHooks({ spec, status }: Canary): readonly HookView[] {
  const results = status?.hooks ?? [];
  const hooks = spec.analysis.webhooks ?? [];
  const isOf = (result: HookResult, hook: CanaryWebhook, index: number): boolean =>
    result.index === index && result.name === hook.name;
  const gone = results.filter((result) => !hooks.some((hook, index) => isOf(result, hook, index)));
  return [
    ...hooks.map((hook, index) =>
      view(
        { ...hook, index },
        results.find((result) => isOf(result, hook, index)),
      ),
    ),
    ...gone.map((result) => view(result, result)),
  ];
}

interface Named {
  readonly name: string;
  readonly type?: string;
  readonly index: number;
  readonly url?: string;
}

function view({ name, type = '', index, url = '' }: Named, result: HookResult | undefined): HookView {
  return {
    name,
    // No type means `rollout`, as for Flagger.
    type: type || 'rollout',
    index,
    url: maskUrl(url),
    judged: result === undefined ? '' : judgedWord(result),
    outcome: result?.outcome ?? '',
    code: result?.code ?? null,
    message: result?.message ?? '',
    deliveryId: result?.id ?? '',
    attempts: result?.attempts ?? 0,
    durationMs: result?.durationMs ?? 0,
    step: result?.step ?? 0,
    at: result?.at ?? null,
  };
}
