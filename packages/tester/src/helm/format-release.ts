import type { HelmRelease } from './helm-release.ts';

/** A release as `helm test` and `helm status` print it. */
export function formatRelease(release: HelmRelease, hideNotes: boolean): string {
  const lines = [
    `NAME: ${release.name}`,
    ...(release.lastDeployed === '' ? [] : [`LAST DEPLOYED: ${formatTime(release.lastDeployed)}`]),
    `NAMESPACE: ${release.namespace}`,
    `STATUS: ${release.status}`,
    `REVISION: ${release.revision}`,
    ...formatTests(release),
    ...(release.notes === '' || hideNotes ? [] : ['NOTES:', release.notes.trim()]),
  ];
  return `${lines.join('\n')}\n`;
}

function formatTests(release: HelmRelease): readonly string[] {
  const tests = release.hooks.filter((hook) => hook.events.includes('test'));
  if (tests.length === 0) return ['TEST SUITE: None'];
  return tests.flatMap((hook) =>
    hook.lastRun === undefined
      ? []
      : [
          `TEST SUITE:     ${hook.name}`,
          `Last Started:   ${formatTime(hook.lastRun.startedAt)}`,
          `Last Completed: ${formatTime(hook.lastRun.completedAt)}`,
          `Phase:          ${hook.lastRun.phase}`,
        ],
  );
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Go's ANSIC (`Mon Jan  2 15:04:05 2006`), in the zone the text itself is in, as helm shows it. */
function formatTime(rfc3339: string): string {
  const [, date, time] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)/.exec(rfc3339) ?? [];
  if (date === undefined || time === undefined) return rfc3339;
  const day = new Date(`${date}T00:00:00Z`);
  const dayOfMonth = String(day.getUTCDate()).padStart(2, ' ');
  return `${days[day.getUTCDay()]} ${months[day.getUTCMonth()]} ${dayOfMonth} ${time} ${day.getUTCFullYear()}`;
}
