import { describe, expect, it } from 'vitest';
import { parseTaskEnv, taskEnvironment } from './task-environment.ts';

describe('the environment of tasks', () => {
  it.each([
    ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR', 'HOSTNAME'],
    ['KUBECONFIG', 'KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT', 'HELM_CACHE_HOME', 'HELM_NAMESPACE'],
    ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'NODE_USE_ENV_PROXY'],
    ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'CURL_CA_BUNDLE', 'POD_IP'],
  ])('has %s and more of the kind', (...names) => {
    const env = Object.fromEntries(names.map((name) => [name, `value of ${name}`]));
    expect(taskEnvironment(env, [])).toEqual(env);
  });

  it('has nothing else: it may be a secret of the tester', () => {
    const env = {
      API_TOKEN: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      SLUICE_STATE_FILE: 'x',
      NODE_OPTIONS: 'x',
      GITHUB_TOKEN: 'x',
      LD_PRELOAD: 'x',
      PATHS: 'x',
      LC: 'x',
      path: 'x',
      UNSET: undefined,
    };
    expect(taskEnvironment(env, [])).toEqual({});
  });

  it('has what -task-env names, by name or by beginning', () => {
    const env = { FOO: '1', FOOD: '2', BAR_A: '3', BAR_: '4', BAR: '5', 'with.dot': '6' };
    expect(taskEnvironment(env, parseTaskEnv('FOO, BAR_*,,with.dot'))).toEqual({
      FOO: '1',
      BAR_A: '3',
      BAR_: '4',
      'with.dot': '6',
    });
    expect(taskEnvironment(env, parseTaskEnv('*'))).toEqual(env);
    expect(taskEnvironment(env, parseTaskEnv(''))).toEqual({});
  });

  it.each(['FOO=1', 'A B', '*_TOKEN', 'A**', '1A', 'a,-b'])('is not told by %j', (text) => {
    expect(() => parseTaskEnv(text)).toThrow('-task-env takes names of variables');
  });
});
