/** Starts a browser, and waits to be killed. */
import { once } from 'node:events';
import { launchBrowser, type Engine } from '../src/index.ts';

const [engine] = (await once(process, 'message')) as [Engine];
await launchBrowser(engine);
process.send?.('started');
