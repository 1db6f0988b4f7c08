// Users, passwords and sessions: in memory here, so that this file runs. Put your own in their place.
import { randomBytes, randomUUID, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { problemOf, type Mfa, type Verified } from '@mfakit/http';

interface User {
  readonly id: string;
  readonly email: string;
  readonly passwordHash: string;
  /** The highest `seq` that was seen: a record that was lost or restored must not turn the second step off. */
  seenSeq: number;
}

interface Session {
  readonly userId: string;
  /** A session of another epoch is void, as after a reset. */
  sessionEpoch: number;
  /** When the password was given. */
  readonly signedInAt: Date;
  /** When a second factor was last accepted. */
  readonly authTime: Date | null;
}

/** What a session begins with: the outcome of `begin`, or of an accepted second factor. */
type Proof = Pick<Verified, 'userId' | 'amr' | 'sessionEpoch' | 'seq'> & { readonly authTime?: Date };

/** Once in a process, even if a bundler copies this module. */
const shared = globalThis as typeof globalThis & { users?: Map<string, User>; sessions?: Map<string, Session> };
const users = (shared.users ??= new Map<string, User>());
const sessions = (shared.sessions ??= new Map<string, Session>());

const derive = promisify<string, Buffer, number, Buffer>(scrypt);
/** Stands for a user who does not exist: an answer must not tell by its time who does. */
const NOBODY = hashPassword(randomBytes(32).toString('hex'));

async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `${salt.toString('hex')}:${(await derive(password, salt, 32)).toString('hex')}`;
}

export async function passwordMatches(user: User | null, password: string): Promise<boolean> {
  const [salt = '', hash = ''] = (user?.passwordHash ?? (await NOBODY)).split(':');
  const derived = await derive(password, Buffer.from(salt, 'hex'), 32);
  return timingSafeEqual(derived, Buffer.from(hash, 'hex')) && user !== null;
}

export const findUser = (id: string): User | null => users.get(id) ?? null;

const findByEmail = (email: string): User | null => [...users.values()].find((user) => user.email === email) ?? null;

export const sessionIdIn = (cookies: string | null | undefined): string =>
  /(?:^|; )session=([\w-]+)/.exec(cookies ?? '')?.[1] ?? '';

/** What the routes are told of a session, and what a guard goes by. */
export function findSession(id: string): (Session & { readonly accountName: string }) | null {
  const session = sessions.get(id);
  const user = session && findUser(session.userId);
  return session && user ? { ...session, accountName: user.email } : null;
}

/** Starts a session under a new id and ends the old one: a copy of the old id must not gain the new proof. */
export function startSession({ userId, amr, authTime, sessionEpoch, seq }: Proof, oldId: string): string {
  const old = sessions.get(oldId);
  sessions.delete(oldId);
  // A step-up proves no password: the session is as old as it was.
  const signedInAt = (!amr.includes('pwd') && old?.signedInAt) || new Date();
  const id = randomUUID();
  sessions.set(id, { userId, sessionEpoch, signedInAt, authTime: authTime ?? null });
  noteSeq(userId, seq);
  return id;
}

/** Ends a user's sessions except one, which goes on with this epoch. */
export function endOtherSessions(userId: string, keptId: string, sessionEpoch: number): void {
  for (const [id, session] of sessions) {
    if (session.userId !== userId) continue;
    if (id === keptId) session.sessionEpoch = sessionEpoch;
    else sessions.delete(id);
  }
}

export function noteSeq(userId: string, seq: number): void {
  const user = users.get(userId);
  if (user !== undefined) user.seenSeq = Math.max(user.seenSeq, seq);
}

export const sessionCookie = (id: string): string => `session=${id}; Path=/; HttpOnly; Secure; SameSite=Lax`;

const refuse = (status: number, detail: string): Response =>
  Response.json({ detail }, { status, headers: { 'cache-control': 'no-store' } });

/** Your route for new users. */
export async function signUp(body: unknown): Promise<Response> {
  const { email, password } = Object(body) as Record<string, unknown>;
  if (typeof email !== 'string' || typeof password !== 'string') return refuse(422, 'Email and password are needed');
  if (findByEmail(email) !== null) return refuse(409, 'This address is taken');
  const id = randomUUID();
  users.set(id, { id, email, passwordHash: await hashPassword(password), seenSeq: 0 });
  return Response.json({ created: true }, { status: 201 });
}

/** Your login route, up to the second step. */
export async function login(mfa: Mfa, body: unknown, cookies: string | null | undefined): Promise<Response> {
  const { email, password } = Object(body) as Record<string, unknown>;
  if (typeof email !== 'string' || typeof password !== 'string') return refuse(422, 'Email and password are needed');
  const headers = { 'cache-control': 'no-store' };
  try {
    const user = findByEmail(email);
    if (user !== null) await mfa.assertNotLocked(user.id);
    if (!(await passwordMatches(user, password)) || user === null) {
      if (user !== null) await mfa.passwordFailed(user.id);
      return refuse(401, 'Invalid email or password');
    }
    const step = await mfa.begin(user.id, {}, { seenSeq: user.seenSeq });
    if (step.next === 'verify') return Response.json({ mfa_required: true, mfa_token: step.token }, { headers });
    if (step.next === 'enroll') return Response.json({ mfa_setup_required: true, mfa_token: step.token }, { headers });
    const { sessionEpoch, seq } = step;
    const id = startSession({ userId: user.id, amr: ['pwd'], sessionEpoch, seq }, sessionIdIn(cookies));
    return Response.json({ authenticated: true }, { headers: { ...headers, 'set-cookie': sessionCookie(id) } });
  } catch (error) {
    // A lock is 423 with its time, trouble with the store 503: as from the other routes.
    const refusal = problemOf(error);
    if (refusal === null) throw error;
    return new Response(refusal.body, { status: refusal.status, headers: refusal.headers });
  }
}
