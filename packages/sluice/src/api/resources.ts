import { namespaced } from '@sluice/kube/objects/resources.ts';

export const canaries = namespaced('flagger.app', 'v1beta1', 'canaries', 'Canary');
export const metricTemplates = namespaced('flagger.app', 'v1beta1', 'metrictemplates', 'MetricTemplate');
export const alertProviders = namespaced('flagger.app', 'v1beta1', 'alertproviders', 'AlertProvider');
