/** The walk through the pages, as Hono and SQLite show them. */
import { vi } from 'vitest';
import { walkPages } from '../../pages/test/walk.ts';
import { startServer } from '../src/server.ts';

// Each walk gives passwords many times; what hashes them has tests of its own.
vi.mock('hash-wasm', () => import('../../application/test/quick-argon2.ts'));

walkPages(startServer, 'first');
