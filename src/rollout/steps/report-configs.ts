import type { Step } from '../context.ts';
import { calm, warnOnce } from '../draft.ts';

/** Says which ConfigMap or Secret is missing or cannot be read. What is read again in a moment is not worth a word. */
export const reportConfigs: Step = {
  name: 'report-configs',
  run(context) {
    const { configs } = context.world;
    if (configs.state === 'missing') warnOnce(context, 'ConfigMissing', configs.message);
    else calm(context, 'ConfigMissing');
    if (configs.state === 'known') calm(context, 'ConfigUnreadable');
    if (configs.state !== 'unknown') return 'continue';
    if (configs.retryAt !== undefined) context.wakeAt(configs.retryAt);
    if (configs.lasting === true) warnOnce(context, 'ConfigUnreadable', configs.message);
    return 'continue';
  },
};
