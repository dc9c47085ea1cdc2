import type { CanaryService } from '../../api/canary.ts';
import { draft } from './check.ts';
import type { Check } from './check.ts';

/** Fields of `spec.service` that are about routes; all others are about Services, which every provider has. */
export const routeFields = [
  'gateways',
  'gatewayRefs',
  'hosts',
  'delegation',
  'match',
  'rewrite',
  'retries',
  'headers',
  'mirror',
  'timeout',
  'backendTimeout',
  'corsPolicy',
  'trafficPolicy',
  'meshName',
  'backends',
] as const satisfies readonly (keyof CanaryService)[];

const gatewayApi = ['gatewayRefs', 'hosts', 'match', 'rewrite', 'headers', 'mirror'] as const;

/** The route fields that each provider follows. */
export const followedFields: Readonly<Record<string, readonly (typeof routeFields)[number][]>> = {
  kubernetes: [],
  'gatewayapi:v1': [...gatewayApi, 'timeout', 'backendTimeout', 'corsPolicy'],
  'gatewayapi:v1beta1': gatewayApi,
};

export const checkServiceFields: Check = (canary, { provider = '' }) => {
  const { service } = canary.spec;
  const followed = followedFields[provider];
  if (service === undefined || followed === undefined) return [];
  return routeFields
    .filter((name) => !followed.includes(name) && isSet(service[name]))
    .map((name) => {
      const field = `spec.service.${name}`;
      return draft('SERVICE002', field, `${field} is not followed by provider ${provider}: remove it`);
    });
};

/** `false`, and what is empty, asks for nothing. */
const isSet = (value: unknown): boolean =>
  value !== undefined && value !== false && value !== '' && !(Array.isArray(value) && value.length === 0);
