/** Events as a list on the page. */
import type { WireEvent } from '@mfakit/http';
import { describe, isWorthShowing } from './describe-event.ts';
import { copyOf, element, inWords, part } from './page.ts';

/** Adds them below those that are there. */
export function addEvents(events: readonly WireEvent[]): void {
  const items = events.filter(isWorthShowing).map((event) => {
    const item = copyOf('event');
    part(item, 'event-what').textContent = describe(event);
    const at = part(item, 'event-at');
    at.setAttribute('datetime', event.at);
    at.textContent = inWords(event.at);
    if (event.ip !== undefined) part(item, 'event-where').textContent = ` from ${event.ip}`;
    return item;
  });
  element('events').append(...items);
  element('no-events').hidden = element('events').childElementCount > 0;
}
