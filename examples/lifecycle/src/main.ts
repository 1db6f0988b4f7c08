/** The demo: `npm run demo:lifecycle`. Exits 0, or 1 if a step misbehaves. */
import { walk } from './walk.ts';

// A reader that goes away, such as `head`, needs no stack trace.
process.stdout.on('error', () => process.exit(1));

process.exitCode = await walk({
  write: (line) => {
    process.stdout.write(`${line}\n`);
  },
  // https://no-color.org: set and not empty
  colour: process.stdout.isTTY && !process.env['NO_COLOR'],
});
