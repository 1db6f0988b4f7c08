/** The walk through the pages, as Hono and SQLite show them. */
import { walkPages } from '../../pages/test/walk.ts';
import { startServer } from '../src/server.ts';

walkPages(startServer);
