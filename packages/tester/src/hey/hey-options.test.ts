import { describe, expect, it } from 'vitest';
import { parseHeyOptions } from './hey-options.ts';

const parse = (line: string) => parseHeyOptions(line.split(' '));

describe('the command line of hey', () => {
  it('of a load test in a canary is understood', () => {
    const options = parse('-z 1m -q 5 -c 2 http://podinfo-canary.test:9898/');
    expect(options).toMatchObject({
      durationMs: 60_000,
      rate: 5,
      workers: 2,
      requestsPerWorker: Infinity,
      method: 'GET',
    });
    expect(options.url.href).toBe('http://podinfo-canary.test:9898/');
  });

  it('has the defaults of the real one', () => {
    expect(parse('http://x/')).toMatchObject({
      durationMs: 0,
      rate: 0,
      workers: 50,
      requestsPerWorker: 4,
      timeoutMs: 20_000,
      proxy: '',
      keepAlive: true,
      followRedirects: true,
      output: '',
      body: undefined,
      headers: { 'content-type': 'text/html', 'accept-encoding': 'gzip', 'user-agent': 'hey/0.0.1' },
    });
  });

  it('takes every flag, with one dash or two, with = or a space', () => {
    const options = parseHeyOptions([
      '-n=10',
      '--c',
      '3',
      '-q',
      '0.5',
      '-m',
      'post',
      '-t=2',
      '-A',
      'text/plain',
      '-T=application/json',
      '-d',
      '{"a":1}',
      '-H',
      'X-One: 1',
      '-H=Cookie: a=b; c=d',
      '-U',
      'me',
      '-a',
      'user:pass:word',
      '-host',
      'podinfo.test',
      '-x',
      'proxy:3128',
      '-disable-compression',
      '-disable-keepalive=true',
      '--disable-redirects',
      '-cpus',
      '4',
      '-o',
      'csv',
      'https://x.test/path?q=1',
    ]);
    expect(options).toMatchObject({
      workers: 3,
      requestsPerWorker: 3,
      rate: 0.5,
      method: 'POST',
      timeoutMs: 2000,
      output: 'csv',
      proxy: 'http://proxy:3128',
      keepAlive: false,
      followRedirects: false,
      body: { text: '{"a":1}' },
    });
    expect(options.headers).toEqual({
      'content-type': 'application/json',
      accept: 'text/plain',
      'x-one': '1',
      cookie: 'a=b; c=d',
      'user-agent': 'me hey/0.0.1',
      authorization: 'Basic dXNlcjpwYXNzOndvcmQ=',
      host: 'podinfo.test',
    });
  });

  it.each([
    ['', ''],
    ['-h', ''],
    ['-n 5', ''],
    ['-zz 5s http://x/', 'flag provided but not defined: -zz'],
    ['-z 5 http://x/', 'missing unit in duration "5"'],
    ['-z -5s http://x/', '-z cannot be negative.'],
    ['-n 1 -c 2 http://x/', '-n cannot be less than -c.'],
    ['-n 0 http://x/', '-n and -c cannot be smaller than 1.'],
    ['-z 1s -c 0 http://x/', '-c cannot be smaller than 1.'],
    ['-q fast http://x/', '-q must be a number'],
    ['-H nothing http://x/', '-H takes "Name: value", not "nothing".'],
    ['-a alone http://x/', '-a takes username:password.'],
    ['-o json http://x/', '-o must be csv'],
    ['-h2 http://x/', '-h2 is not supported'],
    ['podinfo.test/', 'The URL must begin with http:// or https://'],
    ['ftp://x/', 'The URL must begin with http:// or https://'],
  ])('%j is refused', (line, sentence) => {
    expect(() => parseHeyOptions(line === '' ? [] : line.split(' '))).toThrow(sentence);
  });
});
