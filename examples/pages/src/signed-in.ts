/** Pages for signed-in users: who it is, and the bar at the top. */
import { forgetKeptSetup } from '@mfakit/elements';
import { app, ClientProblem, type Me } from './api.ts';
import { element, onClick } from './page.ts';
import { forgetTicked } from './ticked.ts';

/** Refusals of a session that is over: it ended, or something revoked it. */
const ENDED: readonly string[] = ['not_signed_in', 'session_revoked'];

/** The signed-in user. If there is none it goes to the sign-in page, and never resolves. */
export async function signedIn(): Promise<Me> {
  const me = await orSignIn(app.me());
  const here = document.querySelector(`nav a[href="${location.pathname}"]`);
  if (here !== null) here.ariaCurrent = 'page';
  element('admin-link').hidden = !me.is_admin;
  element('nav').hidden = false;
  onClick(element('sign-out'), async () => {
    await app.logOut();
    forgetKeptSetup();
    forgetTicked();
    location.assign('/');
  });
  return me;
}

/** What a call gives. If nobody is signed in any more it goes to the sign-in page, and never resolves. */
export async function orSignIn<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof ClientProblem && ENDED.includes(error.problem?.code ?? ''))) throw error;
    location.replace('/');
    return new Promise(() => undefined);
  }
}
