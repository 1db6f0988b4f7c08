/** betterAuthApplication: better-auth's two-factor plugin over a database of its choice, cheap to prepare. */
import { betterAuth, type BetterAuthOptions } from 'better-auth';
import { twoFactor } from 'better-auth/plugins';
import { TOTP, URI } from 'otpauth';

/** A user who has enrolled. */
export interface Peer {
  readonly email: string;
  code(): string;
}

/** A login that waits for its second factor. */
interface PeerLogin {
  readonly headers: Headers;
  readonly peer: Peer;
}

/** The peer under test. */
export interface PeerApplication {
  enrol(name: string): Promise<Peer>;
  /** The first factor was accepted: gives the cookies of the challenge. */
  login(peer: Peer): Promise<PeerLogin>;
  /** A whole sign-in; gives the cookies of the session. */
  signIn(peer: Peer): Promise<Headers>;
  /** Its verifyTOTP, with the cookies of a challenge or of a session. */
  verify(headers: Headers, code: string): Promise<unknown>;
}

type PeerOptions = BetterAuthOptions & { readonly plugins: [ReturnType<typeof twoFactor>] };

const PASSWORD = 'correct horse battery staple';

/** Everything that could slow it down and is not asked for is off: rate limits, logs, telemetry and slow passwords. */
export function peerOptions(database: BetterAuthOptions['database']): PeerOptions {
  return {
    baseURL: 'http://localhost:3000',
    secret: 'a secret of better-auth, at least 32 characters long',
    database,
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    emailAndPassword: {
      enabled: true,
      password: { hash: async () => 'hash', verify: async () => true },
    },
    plugins: [twoFactor()],
  };
}

/** Starts it over a database whose tables are there. */
export function betterAuthApplication(database: BetterAuthOptions['database']): PeerApplication {
  const { api } = betterAuth(peerOptions(database));

  async function login(peer: Peer): Promise<PeerLogin> {
    const { headers } = await api.signInEmail({ body: { email: peer.email, password: PASSWORD }, returnHeaders: true });
    return { headers: cookies(headers), peer };
  }

  async function verify(headers: Headers, code: string): Promise<Headers> {
    const answer = await api.verifyTOTP({ body: { code }, headers, returnHeaders: true });
    return answer.headers;
  }

  return {
    login,
    verify,
    async enrol(name) {
      const email = `${name}@example.com`;
      const signedUp = await api.signUpEmail({ body: { email, name, password: PASSWORD }, returnHeaders: true });
      const session = cookies(signedUp.headers);
      const enabled = await api.enableTwoFactor({ body: { password: PASSWORD }, headers: session });
      const totp = 'totpURI' in enabled ? URI.parse(enabled.totpURI) : null;
      if (!(totp instanceof TOTP)) throw new Error('not a TOTP URI');
      const peer = { email, code: () => totp.generate() };
      await verify(session, peer.code());
      return peer;
    },
    async signIn(peer) {
      const { headers } = await login(peer);
      return cookies(await verify(headers, peer.code()));
    },
  };
}

/** What a browser would send back. */
function cookies(answer: Headers): Headers {
  const pairs = answer.getSetCookie().map((cookie) => cookie.split(';', 1)[0] ?? '');
  return new Headers({ cookie: pairs.filter((pair) => !pair.endsWith('=')).join('; ') });
}
