/** The activity page: all security events, page by page. */
import { mfa } from './api.ts';
import { addEvents } from './event-list.ts';
import { element, onClick, run } from './page.ts';
import { orSignIn, signedIn } from './signed-in.ts';

const PAGE = 20;

let before: number | undefined;

async function showMore(): Promise<void> {
  const { events } = await orSignIn(mfa.history({ limit: PAGE, before }));
  addEvents(events);
  before = events.at(-1)?.seq;
  element('older').hidden = events.length < PAGE;
}

run(async () => {
  await signedIn();
  await showMore();
  onClick(element('older'), showMore);
});
