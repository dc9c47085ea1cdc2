import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';

/** What a pod answers every request with. */
export interface PodAnswer {
  /** Label `app` of the pod. */
  readonly app: string;
  readonly image: string;
}

export interface PodServerOptions {
  readonly port: number;
  /** How long a request takes, so that some are always under way. */
  readonly answerMs: number;
  /** From its deletion until a pod takes no more connections: what a `preStop` of `sleep` gives those who have not heard of it. */
  readonly lingerMs: number;
}

/** For the stand-in kubelet's `run`: a real HTTP server at the pod's address, which ends as a well-behaved pod does. */
export function createPodServers(options: PodServerOptions) {
  return async (pod: AnyKubeObject, ip: string): Promise<() => Promise<void>> => {
    const image = String(asRecord(asList(asRecord(pod['spec'])['containers'])[0])['image']);
    const body = JSON.stringify({ app: pod.metadata.labels?.['app'] ?? '', image } satisfies PodAnswer);
    const server = createServer((request, response) => {
      request.resume();
      setTimeout(() => response.setHeader('content-type', 'application/json').end(body), options.answerMs);
    });
    // Closing connections that are idle for a while would race with requests: that is the gateway's to decide.
    server.keepAliveTimeout = 0;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(options.port, ip, resolve);
    });
    let ending: Promise<void> | undefined;
    return () => (ending ??= end(server, options.lingerMs));
  };
}

async function end(server: Server, lingerMs: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, lingerMs);
  });
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), lingerMs);
  await closed;
  clearTimeout(cut);
}
