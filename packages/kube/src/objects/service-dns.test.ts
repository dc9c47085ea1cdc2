import { describe, expect, it } from 'vitest';
import { isServiceName, readResolvConf, servicesOf } from './service-dns.ts';

const pod = {
  namespace: 'test',
  hostname: 'flagger-loadtester-7c9f4d8b5-x2x7k',
  clusterDomain: 'k8s.example.com',
  services: ['tester'],
};

describe('the names of a pod', () => {
  it.each([
    'flagger-loadtester',
    'flagger-loadtester-7c9f4d8b5-x2x7k',
    'tester',
    'any.test',
    'any.test.svc',
    'any.other.svc',
    'any.test.svc.k8s.example.com',
  ])('%s is one', (name) => {
    expect(isServiceName(name, pod)).toBe(true);
  });

  it.each([
    '',
    'evil',
    'loadtester',
    'any.other',
    'evil.example',
    'any.test.svc.evil.example',
    'any.test.svc.cluster.local',
    'any.test.evil.example',
    '.test',
    'svc.k8s.example.com',
  ])('%j is none', (name) => {
    expect(isServiceName(name, pod)).toBe(false);
  });

  it('are none outside of a cluster', () => {
    for (const name of ['tester', 'any.test', 'any.test.svc'])
      expect(isServiceName(name, { ...pod, namespace: undefined })).toBe(false);
  });
});

describe('what a pod is told', () => {
  it.each([
    [
      'nameserver 10.96.0.10\nsearch test.svc.k8s.example.com svc.k8s.example.com k8s.example.com\n',
      'test',
      'k8s.example.com',
    ],
    ['search Test.svc.cluster.local. lan\noptions ndots:5', 'test', 'cluster.local'],
    ['nameserver 1.1.1.1\n', undefined, 'cluster.local'],
    ['search lan.example svc\n', undefined, 'cluster.local'],
    ['', undefined, 'cluster.local'],
  ])('is its namespace and the domain of its cluster, by %j', (text, namespace, clusterDomain) => {
    expect(readResolvConf(text)).toEqual({ namespace, clusterDomain });
  });

  it('is the Services of its namespace, by variables', () => {
    const env = {
      FLAGGER_LOADTESTER_SERVICE_HOST: '10.0.0.1',
      KUBERNETES_SERVICE_PORT: '443',
      x_SERVICE_HOST: '',
    };
    expect(servicesOf(env)).toEqual(['flagger-loadtester']);
  });
});
