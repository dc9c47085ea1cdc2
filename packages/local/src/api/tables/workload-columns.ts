import { ageOf } from './age.ts';
import {
  ageColumn,
  at,
  integer,
  joined,
  labelsText,
  listOf,
  nameColumn,
  numberAt,
  shownAt,
  text,
  textOrNone,
  wide,
  type Column,
} from './column.ts';

const containers = (object: unknown) => listOf(object, 'spec', 'template', 'spec', 'containers');
const templateColumns: readonly Column[] = [
  wide('Containers', (object) => joined(containers(object).map((container) => at(container, 'name')))),
  wide('Images', (object) => joined(containers(object).map((container) => at(container, 'image')))),
  wide('Selector', (object) => labelsText(at(object, 'spec', 'selector'))),
];

const wanted = (object: unknown): number => {
  const replicas = at(object, 'spec', 'replicas');
  return typeof replicas === 'number' ? replicas : 1;
};

export const deploymentColumns: readonly Column[] = [
  nameColumn,
  text('Ready', (object) => `${numberAt(object, 'status', 'readyReplicas')}/${wanted(object)}`),
  integer('Up-to-date', (object) => numberAt(object, 'status', 'updatedReplicas')),
  integer('Available', (object) => numberAt(object, 'status', 'availableReplicas')),
  ageColumn,
  ...templateColumns,
];

export const replicaSetColumns: readonly Column[] = [
  nameColumn,
  integer('Desired', wanted),
  integer('Current', (object) => numberAt(object, 'status', 'replicas')),
  integer('Ready', (object) => numberAt(object, 'status', 'readyReplicas')),
  ageColumn,
  ...templateColumns,
];

export const statefulSetColumns: readonly Column[] = [
  nameColumn,
  text('Ready', (object) => `${numberAt(object, 'status', 'readyReplicas')}/${wanted(object)}`),
  ageColumn,
  ...templateColumns.slice(0, 2),
];

export const daemonSetColumns: readonly Column[] = [
  nameColumn,
  integer('Desired', (object) => numberAt(object, 'status', 'desiredNumberScheduled')),
  integer('Current', (object) => numberAt(object, 'status', 'currentNumberScheduled')),
  integer('Ready', (object) => numberAt(object, 'status', 'numberReady')),
  integer('Up-to-date', (object) => numberAt(object, 'status', 'updatedNumberScheduled')),
  integer('Available', (object) => numberAt(object, 'status', 'numberAvailable')),
  text('Node Selector', (object) => labelsText(at(object, 'spec', 'template', 'spec', 'nodeSelector'))),
  ageColumn,
  ...templateColumns,
];

export const jobColumns: readonly Column[] = [
  nameColumn,
  text('Status', (object) => {
    const done = listOf(object, 'status', 'conditions').filter((item) => at(item, 'status') === 'True');
    const types = new Set(done.map((item) => at(item, 'type')));
    return ['Complete', 'Failed', 'Suspended'].find((type) => types.has(type)) ?? 'Running';
  }),
  text('Completions', (object) => {
    const completions = at(object, 'spec', 'completions');
    return `${numberAt(object, 'status', 'succeeded')}/${typeof completions === 'number' ? completions : 1}`;
  }),
  text('Duration', (object, now) => {
    const start = at(object, 'status', 'startTime');
    const end = at(object, 'status', 'completionTime');
    if (typeof start !== 'string') return '';
    return ageOf(start, typeof end === 'string' ? Date.parse(end) : now);
  }),
  ageColumn,
  ...templateColumns,
];

export const autoscalerColumns: readonly Column[] = [
  nameColumn,
  text('Reference', (object) => {
    const target = at(object, 'spec', 'scaleTargetRef');
    return `${textOrNone(target, 'kind')}/${textOrNone(target, 'name')}`;
  }),
  text('Targets', (object) => {
    const metrics = listOf(object, 'spec', 'metrics');
    if (metrics.length === 0) return '<none>';
    const current = listOf(object, 'status', 'currentMetrics');
    return joined(metrics.map((metric, index) => metricText(metric, current[index])));
  }),
  text('MinPods', (object) => shownAt(object, '<unset>', 'spec', 'minReplicas')),
  integer('MaxPods', (object) => numberAt(object, 'spec', 'maxReplicas')),
  integer('Replicas', (object) => numberAt(object, 'status', 'currentReplicas')),
  ageColumn,
];

function metricText(metric: unknown, current: unknown): string {
  const name = at(metric, 'resource', 'name');
  const target = at(metric, 'resource', 'target', 'averageUtilization');
  const now = at(current, 'resource', 'current', 'averageUtilization');
  const shown = typeof now === 'number' ? `${now}%` : '<unknown>';
  return `${typeof name === 'string' ? `${name}: ` : ''}${shown}/${typeof target === 'number' ? `${target}%` : '<auto>'}`;
}
