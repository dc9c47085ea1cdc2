import { describe, expect, it } from 'vitest';
import { readEgressPolicy } from './egress-flags.ts';

const flags = { 'egress-deny': 'default', 'egress-allow': '', 'metrics-server': '', 'event-webhook': '' };
const pod = { KUBERNETES_SERVICE_HOST: '10.96.0.1' };

const refuses = (
  given: Partial<typeof flags>,
  env: Readonly<Record<string, string>>,
  host: string,
): boolean => {
  const policy = readEgressPolicy({ ...flags, ...given }, env);
  try {
    policy.check(new URL(`http://${host}/`));
    return false;
  } catch {
    return true;
  }
};

describe('the egress policy by default', () => {
  it.each(['169.254.169.254', 'metadata.google.internal', '127.0.0.1', '10.96.0.1'])(
    'in a pod refuses %s',
    (host) => {
      expect(refuses({}, pod, host)).toBe(true);
    },
  );

  it('in a pod refuses an API server that has a name', () => {
    expect(refuses({}, { KUBERNETES_SERVICE_HOST: 'api.example.com' }, 'api.example.com')).toBe(true);
  });

  it('outside of a pod leaves loopback to the developer', () => {
    expect(refuses({}, {}, '127.0.0.1')).toBe(false);
    expect(refuses({}, {}, '169.254.169.254')).toBe(true);
  });
});

describe('the flags', () => {
  it('add to the default, replace it, and switch it off', () => {
    expect(refuses({ 'egress-deny': 'default, 10.1.0.0/16' }, pod, '10.1.2.3')).toBe(true);
    expect(refuses({ 'egress-deny': 'default, 10.1.0.0/16' }, pod, '127.0.0.1')).toBe(true);
    expect(refuses({ 'egress-deny': '10.1.0.0/16' }, pod, '127.0.0.1')).toBe(false);
    expect(refuses({ 'egress-deny': '' }, pod, '169.254.169.254')).toBe(false);
    expect(refuses({ 'egress-allow': '127.0.0.1' }, pod, '127.0.0.1')).toBe(false);
  });

  it('leave alone what other flags name', () => {
    expect(refuses({ 'metrics-server': 'http://127.0.0.1:80/' }, pod, '127.0.0.1')).toBe(false);
    expect(refuses({ 'event-webhook': 'http://127.0.0.1/' }, pod, '127.0.0.1')).toBe(false);
    expect(refuses({}, { ...pod, EVENT_WEBHOOK_URL: 'http://127.0.0.1/' }, '127.0.0.1')).toBe(false);
  });

  it('name an entry that cannot be read', () => {
    expect(() => readEgressPolicy({ ...flags, 'egress-allow': '10.0.0.0/99' }, {})).toThrow(
      '-egress-deny or -egress-allow: "10.0.0.0/99" is no address and no CIDR',
    );
  });
});
