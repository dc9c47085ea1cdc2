import type { Canary } from '../../api/canary.ts';
import type { CanaryAlert } from '../../api/canary-analysis.ts';
import type { Severity } from '../../ports/notifier.ts';

/** An entry of `spec.analysis.alerts` that gets an alert. */
export interface AlertRecipient {
  /** Name of the entry, for logs. */
  readonly name: string;
  /** The AlertProvider it names. */
  readonly provider: { readonly namespace: string; readonly name: string };
}

/**
 * The recipients of an alert, as in Flagger: `everybody`, the receiver of the whole installation, when the Canary names
 * none; otherwise only the named ones, each from its own severity on. With an empty list nobody gets it.
 */
export function routeAlert(severity: Severity, canary: Canary): 'everybody' | readonly AlertRecipient[] {
  const alerts = canary.spec.analysis.alerts ?? [];
  if (alerts.length === 0) return 'everybody';
  return alerts
    .filter((alert) => weightOf(severity) >= weightOf(leastOf(alert)))
    .map(({ name, providerRef }) => ({
      name,
      provider: {
        namespace: providerRef.namespace || (canary.metadata.namespace ?? ''),
        name: providerRef.name,
      },
    }));
}

/** Flagger documents info for an omitted severity, and then sends nothing at all. Here it is info. */
const leastOf = (alert: CanaryAlert): Severity => alert.severity || 'info';

const weightOf = (severity: Severity): number => ({ info: 0, warn: 1, error: 2 })[severity];
