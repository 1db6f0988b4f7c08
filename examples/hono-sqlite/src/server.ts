/** startServer: the example as one process on one port. */
import { getRequestListener } from '@hono/node-server';
import {
  addDemoAccounts,
  closeServer,
  createApplication,
  listenOn,
  pageSources,
  readOrMakeKey,
  type Application,
  type ApplicationOptions,
  type PageSources,
} from '@mfakit/example-application';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createApp } from './app.ts';
import { openDatabase } from './sqlite.ts';

/** How it is started. */
export interface ServerOptions extends Pick<ApplicationOptions, 'clock' | 'hasher'> {
  /** Holds the database and the key. */
  readonly folder: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Whether there are ready accounts and a virtual phone. */
  readonly demo: boolean;
  /** Whether a proxy of ours stands before it, which sets `X-Forwarded-Proto` and `X-Forwarded-For`; default: no. */
  readonly trustProxy?: boolean;
  /** Where browsers reach it; default: its own address on loopback. */
  readonly origin?: string | undefined;
  /** Default: what the build made. */
  readonly sources?: PageSources;
}

/** A running example. */
export interface RunningServer {
  readonly url: string;
  readonly acme: Application;
  /** Answers what was begun, then ends. */
  stop(): Promise<void>;
}

/** Starts it on loopback. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { folder, port, demo, sources = pageSources(), trustProxy = false, clock, hasher } = options;
  const keys = [readOrMakeKey(folder)];
  const database = await openDatabase(join(folder, 'acme.db'));
  const server = createServer();
  const url = await listenOn(server, port);
  const origin = options.origin ?? url;
  const acme = await createApplication({ sql: database.sql, store: database.store, origin, keys, clock, hasher });
  await acme.mfa.check();
  if (demo) await addDemoAccounts(acme.accounts);
  const leaveMirror = acme.keepMirror();

  const listener = getRequestListener(createApp(acme, { sources, demo, trustProxy }).fetch);
  server.on('request', (request, response) => void listener(request, response));
  return {
    url,
    acme,
    async stop() {
      await closeServer(server);
      await leaveMirror();
      database.close();
    },
  };
}
