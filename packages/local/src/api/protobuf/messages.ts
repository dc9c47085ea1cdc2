/** A field of a message: its JSON name and its type (a scalar, or another message of this table). */
export interface FieldShape {
  readonly name: string;
  readonly type: string;
  readonly many?: true;
  readonly map?: true;
}

const text = (name: string): FieldShape => ({ name, type: 'text' });
const texts = (name: string): FieldShape => ({ name, type: 'text', many: true });
const textMap = (name: string): FieldShape => ({ name, type: 'text', map: true });
const number = (name: string): FieldShape => ({ name, type: 'number' });
const message = (name: string, type: string): FieldShape => ({ name, type });
const list = (name: string, type: string): FieldShape => ({ name, type, many: true });

/** A number whose 0 counts (`replicas: 0`): clients write it only when set, unlike most numbers. */
const optionalNumber = (name: string): FieldShape => ({ name, type: 'zero-number' });

type Message = Readonly<Record<number, FieldShape>>;

const metadata = message('metadata', 'ObjectMeta');

/** The message of a kind's body; a kind with several versions is listed with its version. */
export const roots: Readonly<Record<string, string>> = {
  Namespace: 'Metadata',
  ConfigMap: 'ConfigMap',
  Secret: 'Secret',
  Service: 'Service',
  ServiceAccount: 'Metadata',
  'apps/v1 Deployment': 'Deployment',
  'batch/v1 Job': 'Job',
  'autoscaling/v2 HorizontalPodAutoscaler': 'HorizontalPodAutoscaler',
  Role: 'Role',
  ClusterRole: 'Role',
  RoleBinding: 'RoleBinding',
  ClusterRoleBinding: 'RoleBinding',
  SelfSubjectAccessReview: 'SelfSubjectAccessReview',
  SelfSubjectRulesReview: 'SelfSubjectRulesReview',
  SelfSubjectReview: 'Metadata',
  DeleteOptions: 'DeleteOptions',
};

/** Fields by number of the messages that clients send in protobuf; other fields are ignored. */
export const messages: Readonly<Record<string, Message>> = {
  Metadata: { 1: metadata },
  ObjectMeta: {
    1: text('name'),
    2: text('generateName'),
    3: text('namespace'),
    5: text('uid'),
    6: text('resourceVersion'),
    11: textMap('labels'),
    12: textMap('annotations'),
    14: texts('finalizers'),
  },
  ConfigMap: { 1: metadata, 2: textMap('data'), 3: { name: 'binaryData', type: 'bytes', map: true } },
  Secret: {
    1: metadata,
    2: { name: 'data', type: 'bytes', map: true },
    3: text('type'),
    4: textMap('stringData'),
  },
  Service: { 1: metadata, 2: message('spec', 'ServiceSpec') },
  ServiceSpec: {
    1: list('ports', 'ServicePort'),
    2: textMap('selector'),
    3: text('clusterIP'),
    4: text('type'),
    10: text('externalName'),
  },
  ServicePort: {
    1: text('name'),
    2: text('protocol'),
    3: number('port'),
    4: { name: 'targetPort', type: 'int-or-string' },
    5: number('nodePort'),
  },
  Deployment: { 1: metadata, 2: message('spec', 'DeploymentSpec') },
  DeploymentSpec: {
    1: optionalNumber('replicas'),
    2: message('selector', 'LabelSelector'),
    3: message('template', 'PodTemplate'),
  },
  LabelSelector: { 1: textMap('matchLabels') },
  PodTemplate: { 1: metadata, 2: message('spec', 'PodSpec') },
  PodSpec: {
    2: list('containers', 'Container'),
    3: text('restartPolicy'),
    8: text('serviceAccountName'),
  },
  Container: {
    1: text('name'),
    2: text('image'),
    3: texts('command'),
    4: texts('args'),
    6: list('ports', 'ContainerPort'),
    7: list('env', 'EnvVar'),
  },
  ContainerPort: { 1: text('name'), 3: number('containerPort'), 4: text('protocol') },
  EnvVar: { 1: text('name'), 2: text('value') },
  Job: { 1: metadata, 2: message('spec', 'JobSpec') },
  JobSpec: { 6: message('template', 'PodTemplate') },
  HorizontalPodAutoscaler: { 1: metadata, 2: message('spec', 'HorizontalPodAutoscalerSpec') },
  HorizontalPodAutoscalerSpec: {
    1: message('scaleTargetRef', 'CrossVersionObjectReference'),
    2: number('minReplicas'),
    3: number('maxReplicas'),
    4: list('metrics', 'MetricSpec'),
  },
  MetricSpec: { 1: text('type'), 4: message('resource', 'ResourceMetricSource') },
  ResourceMetricSource: { 1: text('name'), 2: message('target', 'MetricTarget') },
  MetricTarget: { 1: text('type'), 4: number('averageUtilization') },
  CrossVersionObjectReference: { 1: text('kind'), 2: text('name'), 3: text('apiVersion') },
  Role: { 1: metadata, 2: list('rules', 'PolicyRule') },
  PolicyRule: {
    1: texts('verbs'),
    2: texts('apiGroups'),
    3: texts('resources'),
    4: texts('resourceNames'),
    5: texts('nonResourceURLs'),
  },
  RoleBinding: { 1: metadata, 2: list('subjects', 'Subject'), 3: message('roleRef', 'RoleRef') },
  Subject: { 1: text('kind'), 2: text('apiGroup'), 3: text('name'), 4: text('namespace') },
  RoleRef: { 1: text('apiGroup'), 2: text('kind'), 3: text('name') },
  SelfSubjectAccessReview: { 1: metadata, 2: message('spec', 'AccessReviewSpec') },
  AccessReviewSpec: { 1: message('resourceAttributes', 'ResourceAttributes') },
  ResourceAttributes: {
    1: text('namespace'),
    2: text('verb'),
    3: text('group'),
    4: text('version'),
    5: text('resource'),
    6: text('subresource'),
    7: text('name'),
  },
  SelfSubjectRulesReview: { 1: metadata, 2: message('spec', 'RulesReviewSpec') },
  RulesReviewSpec: { 1: text('namespace') },
  DeleteOptions: {
    1: optionalNumber('gracePeriodSeconds'),
    2: message('preconditions', 'Preconditions'),
    4: text('propagationPolicy'),
    5: texts('dryRun'),
  },
  Preconditions: { 1: text('uid'), 2: text('resourceVersion') },
};
