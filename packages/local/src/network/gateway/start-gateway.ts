import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gateways, httpRoutes, namespaces, services } from '@sluice/kube/objects/resources.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import type { LocalStore } from '../../contracts.ts';
import { createRoundRobin } from '../round-robin.ts';
import type { LocalNetwork } from '../pod-network.ts';
import { refuse, routeRequest } from './route-request.ts';
import { readRouteTable, type RouteTable } from './route-table.ts';
import { acceptGatewayClass, writeStatuses } from './status-writer.ts';
import { createTrafficCounters, type TrafficSnapshot } from './traffic-counters.ts';
import { createWeightedChoice } from './weighted-choice.ts';

export interface LocalGateway {
  /** `http://127.0.0.1:port`: where every Gateway of class `sluice-local` answers. */
  readonly url: string;
  /** Requests by route and backend since the start, and the gateway's own errors. */
  traffic(): TrafficSnapshot;
  close(): Promise<void>;
}

export interface GatewayOptions {
  readonly store: LocalStore;
  readonly network: Pick<LocalNetwork, 'endpoints' | 'upstream'>;
  readonly log: Log;
  /** 0 takes a free port. */
  readonly port: number;
  readonly now: () => number;
  readonly random?: () => number;
}

const host = '127.0.0.1';

/** Starts a Gateway API gateway. It splits real traffic by the current HTTPRoutes of the store. */
export async function startGateway(options: GatewayOptions): Promise<LocalGateway> {
  const { store, network, log, now } = options;
  const random = options.random ?? Math.random;
  const counters = createTrafficCounters();
  let table: RouteTable | undefined;
  const currentTable = (): RouteTable => (table ??= readRouteTable(store));
  const turns = createRoundRobin();
  const choice = createWeightedChoice(random);
  const deps = { ...network, table: currentTable, counters, choice, turns, random };
  const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, response) => {
    void routeRequest(deps, incoming, response).catch((error: unknown) => {
      log.error('the gateway failed on a request', { error: describeError(error) });
      refuse(deps, response, 500, 'internal', 'internal error');
    });
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  const address = await listen(server, options.port);
  acceptGatewayClass(store, now());
  const onSettled = (): void => {
    try {
      writeStatuses(store, currentTable(), address, now());
    } catch (error) {
      log.error('the gateway could not write a status', { error: describeError(error) });
    }
  };
  const stopFollowing = followStore(store, () => (table = undefined), onSettled);
  return {
    url: `http://${address}`,
    traffic: () => counters.snapshot(),
    async close() {
      stopFollowing();
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeAllConnections();
      await promise;
    },
  };
}

/** Calls `onChange` at each change and `onSettled` after it, once for several: a listener may not write. */
function followStore(store: LocalStore, onChange: () => void, onSettled: () => void): () => void {
  let scheduled = false;
  let stopped = false;
  const schedule = (): void => {
    onChange();
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      if (!stopped) onSettled();
    });
  };
  const subscriptions = [gateways, httpRoutes, services, namespaces].map((resource) =>
    store.subscribe(resource, schedule),
  );
  onSettled();
  return () => {
    stopped = true;
    for (const unsubscribe of subscriptions) unsubscribe();
  };
}

async function listen(server: Server, port: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('listening', resolve);
  server.once('error', (error: NodeJS.ErrnoException) => {
    const message =
      error.code === 'EADDRINUSE'
        ? `the gateway's port ${port} on ${host} is in use; choose another, or 0 for a free one`
        : `the gateway cannot listen on ${host}:${port}`;
    reject(new SluiceError(message, { cause: error }));
  });
  server.listen({ host, port });
  await promise;
  return `${host}:${(server.address() as AddressInfo).port}`;
}
