import { parseGoDuration } from '@sluice/lib/time/duration.ts';
import { isObject, listAt, objectAt, textAt, type JsonObject } from '../json.ts';
import { invalidRule, type RuleCause } from '../schema/cause.ts';
import type { StatusCause } from '../status-error.ts';

const all = (field: string, value: unknown, rules: readonly RuleCause[]): StatusCause[] =>
  rules.flatMap((rule) => invalidRule(field, value, rule));

/** One rule of an HTTPRoute, at `at`. */
export function routeRuleCauses(rule: JsonObject, at: string): StatusCause[] {
  const filters = listAt(rule, 'filters').filter(isObject);
  const backends = listAt(rule, 'backendRefs').filter(isObject);
  const redirects = filters.some((filter) => filter['requestRedirect'] !== undefined);
  return [
    ...all(at, rule, [
      [
        backends.length === 0 || !redirects,
        'RequestRedirect filter must not be used together with backendRefs',
      ],
    ]),
    ...backends.flatMap((backend, index) => {
      const place = `${at}.backendRefs[${index}]`;
      const own = listAt(backend, 'filters').filter(isObject);
      return [...needsPort(backend, place), ...filterCauses(own, `${place}.filters`)];
    }),
    ...filterCauses(filters, `${at}.filters`),
    ...listAt(rule, 'matches').flatMap((match, index) =>
      pathCauses(objectAt(match, 'path'), `${at}.matches[${index}].path`),
    ),
    ...timeoutCauses(objectAt(rule, 'timeouts'), `${at}.timeouts`),
  ];
}

function needsPort(reference: JsonObject, at: string): StatusCause[] {
  const isService = textAt(reference, 'group') === '' && textAt(reference, 'kind') === 'Service';
  return all(at, reference, [
    [!isService || reference['port'] !== undefined, 'Must have port for Service reference'],
  ]);
}

const bad = ['//', '/./', '/../', '%2f', '%2F', '#'];
const badEnds = ['/..', '/.'];
const characters = /^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$/;
const kinds = "['Exact', 'PathPrefix']";

function pathCauses(path: JsonObject, at: string): StatusCause[] {
  const value = textAt(path, 'value');
  if (!isObject(path) || path['value'] === undefined || path['type'] === 'RegularExpression') return [];
  return all(at, path, [
    [value.startsWith('/'), `value must be an absolute path and start with '/' when type one of ${kinds}`],
    ...bad.map((part): RuleCause => [
      !value.includes(part),
      `must not contain '${part}' when type one of ${kinds}`,
    ]),
    ...badEnds.map((part): RuleCause => [
      !value.endsWith(part),
      `must not end with '${part}' when type one of ${kinds}`,
    ]),
    [
      characters.test(value),
      `must only contain valid characters (matching ${characters.source.replaceAll(String.raw`\/`, '/')}) for types ${kinds}`,
    ],
  ]);
}

function timeoutCauses(timeouts: JsonObject, at: string): StatusCause[] {
  const { request, backendRequest } = timeouts;
  if (typeof request !== 'string' || typeof backendRequest !== 'string') return [];
  const whole = parseGoDuration(request);
  return all(at, timeouts, [
    [
      whole === 0 || parseGoDuration(backendRequest) <= whole,
      'backendRequest timeout cannot be longer than request timeout',
    ],
  ]);
}

/** The member that a filter of each type has, and no other. */
const members: Readonly<Record<string, string>> = {
  RequestHeaderModifier: 'requestHeaderModifier',
  ResponseHeaderModifier: 'responseHeaderModifier',
  RequestMirror: 'requestMirror',
  RequestRedirect: 'requestRedirect',
  URLRewrite: 'urlRewrite',
  ExtensionRef: 'extensionRef',
};
const once = ['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect', 'URLRewrite'];

function filterCauses(filters: readonly JsonObject[], at: string): StatusCause[] {
  const count = (type: string): number => filters.filter((filter) => filter['type'] === type).length;
  return [
    ...all(at, filters, [
      [
        count('RequestRedirect') === 0 || count('URLRewrite') === 0,
        'May specify either httpRouteFilterRequestRedirect or httpRouteFilterRequestRewrite, but not both',
      ],
      ...once.map((type): RuleCause => [count(type) <= 1, `${type} filter cannot be repeated`]),
    ]),
    ...filters.flatMap((filter, index) => oneFilter(filter, `${at}[${index}]`)),
  ];
}

function oneFilter(filter: JsonObject, at: string): StatusCause[] {
  const mirror = filter['requestMirror'];
  return [
    ...all(
      at,
      filter,
      Object.entries(members).flatMap(([type, member]): readonly RuleCause[] => {
        const has = filter[member] !== undefined;
        const is = filter['type'] === type;
        return [
          [!has || is, `filter.${member} must be nil if the filter.type is not ${type}`],
          [has || !is, `filter.${member} must be specified for ${type} filter.type`],
        ];
      }),
    ),
    ...(isObject(mirror) ? mirrorCauses(mirror, `${at}.requestMirror`) : []),
    ...['requestRedirect', 'urlRewrite'].flatMap((key) => {
      const { path } = objectAt(filter, key);
      return isObject(path) ? modifierCauses(path, `${at}.${key}.path`) : [];
    }),
  ];
}

function mirrorCauses(mirror: JsonObject, at: string): StatusCause[] {
  const { percent, fraction } = mirror;
  const { numerator, denominator = 100 } = objectAt(mirror, 'fraction');
  return [
    ...all(at, mirror, [
      [
        percent === undefined || fraction === undefined,
        'Only one of percent or fraction may be specified in HTTPRequestMirrorFilter',
      ],
    ]),
    ...needsPort(objectAt(mirror, 'backendRef'), `${at}.backendRef`),
    ...all(`${at}.fraction`, fraction, [
      [Number(numerator ?? 0) <= Number(denominator), 'numerator must be less than or equal to denominator'],
    ]),
  ];
}

function modifierCauses(path: JsonObject, at: string): StatusCause[] {
  return all(
    at,
    path,
    (['replaceFullPath', 'replacePrefixMatch'] as const).flatMap((member): readonly RuleCause[] => {
      const type = `${member.charAt(0).toUpperCase()}${member.slice(1)}`;
      const has = path[member] !== undefined;
      return [
        [path['type'] !== type || has, `${member} must be specified when type is set to '${type}'`],
        [!has || path['type'] === type, `type must be '${type}' when ${member} is set`],
      ];
    }),
  );
}
