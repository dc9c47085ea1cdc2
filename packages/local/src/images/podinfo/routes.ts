import { arch, availableParallelism, hostname, platform } from 'node:os';
import type { PodinfoAnswer, PodinfoRequest } from './exchange.ts';
import type { PodinfoSettings } from './settings.ts';
import { issueToken, validateToken } from './tokens.ts';

export interface PodinfoState {
  ready: boolean;
  healthy: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly metrics: { render(): string };
  readonly exit: (code: number) => void;
}

interface Route {
  readonly methods: readonly string[];
  readonly pattern: RegExp;
  /** The `path` label of its metrics. */
  readonly label: string;
  readonly answer: (
    request: PodinfoRequest,
    state: PodinfoState,
    settings: PodinfoSettings,
    parameter: number,
  ) => PodinfoAnswer;
}

const json = (value: unknown, status = 200): PodinfoAnswer => ({
  status,
  type: 'application/json; charset=utf-8',
  body: JSON.stringify(value, null, 2),
});
const empty = (status: number): PodinfoAnswer => ({ status, body: '' });
const ok = json({ status: 'OK' });
const get = ['GET', 'HEAD'];
const any = [...get, 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

const routes: readonly Route[] = [
  { methods: get, pattern: /^\/$/, label: 'root', answer: info },
  { methods: get, pattern: /^\/api\/info$/, label: 'api_info', answer: info },
  {
    methods: get,
    pattern: /^\/version$/,
    label: 'version',
    answer: (_request, _state, settings) => json({ version: settings.version, commit: 'sluice' }),
  },
  {
    methods: get,
    pattern: /^\/healthz$/,
    label: 'healthz',
    answer: (_request, state) => (state.healthy ? ok : empty(503)),
  },
  {
    methods: get,
    pattern: /^\/readyz$/,
    label: 'readyz',
    answer: (_request, state) => (state.ready ? ok : empty(503)),
  },
  {
    methods: ['POST'],
    pattern: /^\/readyz\/(?:enable|disable)$/,
    label: 'readyz_switch',
    answer(request, state) {
      state.ready = request.path.endsWith('enable');
      return empty(202);
    },
  },
  {
    methods: get,
    pattern: /^\/metrics$/,
    label: 'metrics',
    answer: (_request, state) => ({
      status: 200,
      type: 'text/plain; version=0.0.4; charset=utf-8',
      body: state.metrics.render(),
    }),
  },
  {
    methods: ['GET', 'HEAD', 'POST', 'PUT'],
    pattern: /^\/status\/(\d+)$/,
    label: 'status',
    answer: (_request, _state, _settings, code) =>
      code >= 200 && code <= 599
        ? json({ status: code }, code)
        : json({ code: 400, message: 'no such status' }, 400),
  },
  {
    methods: get,
    pattern: /^\/delay\/(\d+)$/,
    label: 'delay',
    answer: (_request, _state, _settings, delay) => ({ ...json({ delay }), delaySeconds: delay }),
  },
  {
    methods: ['GET', 'POST'],
    pattern: /^\/env$/,
    label: 'env',
    answer: (_request, state) => json(Object.entries(state.env).map(([name, value]) => `${name}=${value}`)),
  },
  {
    methods: ['GET', 'POST'],
    pattern: /^\/headers$/,
    label: 'headers',
    answer: (request) =>
      json(Object.fromEntries(Object.entries(request.headers).map(([k, v]) => [k, [v].flat()]))),
  },
  { methods: ['POST'], pattern: /^\/token$/, label: 'token', answer: issueToken },
  {
    methods: ['GET', 'POST'],
    pattern: /^\/token\/validate$/,
    label: 'token_validate',
    answer: validateToken,
  },
  { methods: any, pattern: /^\/(?:api\/)?echo(?:\/.*)?$/, label: 'api_echo', answer: echo },
  {
    methods: get,
    pattern: /^\/panic$/,
    label: 'panic',
    answer(_request, state) {
      state.exit(255);
      return empty(200);
    },
  },
];

function info(_request: PodinfoRequest, _state: PodinfoState, settings: PodinfoSettings): PodinfoAnswer {
  return json({
    hostname: process.env['HOSTNAME'] ?? hostname(),
    version: settings.version,
    revision: 'sluice',
    color: settings.color,
    logo: settings.logo,
    message: settings.message,
    goos: platform(),
    goarch: arch(),
    runtime: `stand-in, node ${process.version}`,
    num_goroutine: '1',
    num_cpu: String(availableParallelism()),
  });
}

function echo(request: PodinfoRequest): PodinfoAnswer {
  const type = request.headers['content-type'] ?? 'text/plain; charset=utf-8';
  return { status: 202, type, body: request.body };
}

/** The answer and the `path` label for the metrics. */
export function answerRequest(
  request: PodinfoRequest,
  state: PodinfoState,
  settings: PodinfoSettings,
): { readonly label: string; readonly answer: PodinfoAnswer } {
  const path = request.path.startsWith(settings.prefix) ? request.path.slice(settings.prefix.length) : '';
  const route = routes.find((candidate) => candidate.pattern.test(path || '/'));
  if (route === undefined)
    return { label: 'not_found', answer: json({ code: 404, message: 'not found' }, 404) };
  if (!route.methods.includes(request.method)) return { label: route.label, answer: empty(405) };
  const parameter = Number(route.pattern.exec(path || '/')?.[1] ?? 0);
  return { label: route.label, answer: route.answer({ ...request, path }, state, settings, parameter) };
}
