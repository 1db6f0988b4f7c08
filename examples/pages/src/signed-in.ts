/** Pages for signed-in users: who it is, and the bar at the top. */
import { app, ClientProblem, type Me } from './api.ts';
import { element, onClick } from './page.ts';

/** The signed-in user; goes to the sign-in page, and never resolves, where there is none. */
export async function signedIn(): Promise<Me> {
  const me = await orSignIn(app.me());
  const here = document.querySelector(`nav a[href="${location.pathname}"]`);
  if (here !== null) here.ariaCurrent = 'page';
  element('admin-link').hidden = !me.is_admin;
  element('nav').hidden = false;
  onClick(element('sign-out'), async () => {
    await app.logOut();
    location.assign('/');
  });
  return me;
}

/** What a call gives; goes to the sign-in page where nobody is signed in any more. */
export async function orSignIn<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof ClientProblem && error.problem?.code === 'not_signed_in')) throw error;
    location.replace('/');
    return new Promise(() => undefined);
  }
}
