import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { Container, HttpGet, Probe } from './pod.ts';

/** Undefined when the probe passed; otherwise the failure, in a kubelet's words. */
export type ProbeAnswer = string | undefined;

export interface ProbeTarget {
  readonly podIp: string;
  readonly container: Container;
  /** Runs a command as the container would, until it ends or the signal aborts. */
  readonly runCommand: (
    argv: readonly string[],
    signal: AbortSignal,
  ) => Promise<{ code: number; output: string }>;
}

export async function tryProbe(probe: Probe, target: ProbeTarget): Promise<ProbeAnswer> {
  const seconds = probe.timeoutSeconds ?? 1;
  const signal = AbortSignal.timeout(seconds * 1000);
  if (probe.httpGet !== undefined) return tryHttp(probe.httpGet, target, signal);
  if (probe.tcpSocket !== undefined) {
    const port = portNumber(probe.tcpSocket.port, target.container);
    return tryTcp(probe.tcpSocket.host ?? target.podIp, port, signal);
  }
  if (probe.exec !== undefined) return tryCommand(probe.exec.command, target, signal, seconds);
  return 'grpc probes are not supported by the local cluster; use httpGet, tcpSocket or exec';
}

/** A port by number or by its name in the container's `ports`; 0: no such name. */
export function portNumber(port: number | string, container: Container): number {
  const named = container.ports?.find(({ name }) => name === port)?.containerPort;
  const number = named ?? Number(port);
  return Number.isInteger(number) ? number : 0;
}

export function tryHttp(
  get: HttpGet,
  { podIp, container }: ProbeTarget,
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  const secure = get.scheme?.toUpperCase() === 'HTTPS';
  const path = get.path ?? '/';
  const options = {
    host: get.host ?? podIp,
    port: portNumber(get.port, container),
    path: path.startsWith('/') ? path : `/${path}`,
    headers: {
      'user-agent': 'kube-probe/sluice-local',
      ...Object.fromEntries((get.httpHeaders ?? []).map(({ name, value }) => [name, value])),
    },
    agent: false as const,
    rejectUnauthorized: false,
    signal,
  };
  const url = `${secure ? 'https' : 'http'}://${options.host}:${options.port}${options.path}`;
  return new Promise((resolve) => {
    const request = (secure ? httpsRequest : httpRequest)(options, (response) => {
      const status = response.statusCode ?? 0;
      response.destroy();
      resolve(status >= 200 && status < 400 ? undefined : `HTTP probe failed with statuscode: ${status}`);
    });
    request.once('error', (error) => {
      resolve(`Get "${url}": ${signal.aborted ? 'context deadline exceeded (timeout)' : error.message}`);
    });
    request.end();
  });
}

function tryTcp(host: string, port: number, signal: AbortSignal): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal });
    socket.once('connect', () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once('error', (error) => {
      resolve(`dial tcp ${host}:${port}: ${signal.aborted ? 'i/o timeout' : error.message}`);
    });
  });
}

async function tryCommand(
  command: readonly string[],
  target: ProbeTarget,
  signal: AbortSignal,
  seconds: number,
): Promise<ProbeAnswer> {
  const { code, output } = await target.runCommand(command, signal);
  if (signal.aborted) return `command timed out: ${command.join(' ')} timed out after ${seconds}s`;
  return code === 0 ? undefined : output.trim() || `command exited with code ${code}`;
}
