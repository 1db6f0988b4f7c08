/** serve: starts an HTTP server on a free loopback port. */
import { serve as serveHono } from '@hono/node-server';
import type { Express } from 'express';
import type { Hono } from 'hono';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A running server. */
export interface Served {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves an Express application. */
export function serveExpress(app: Express): Promise<Served> {
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(served(server)));
  });
}

/** Serves a Hono application. */
export function serveWithHono(app: Hono): Promise<Served> {
  return new Promise((resolve) => {
    const server = serveHono({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () =>
      resolve(served(server as Server)),
    );
  });
}

function served(server: Server): Served {
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
