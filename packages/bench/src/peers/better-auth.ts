/** betterAuthApplication: the two-factor plugin of better-auth over a given database, cheap to prepare. */
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
  /** Passes the first factor, and returns the cookies of the challenge. */
  login(peer: Peer): Promise<PeerLogin>;
  /** Makes a whole sign-in, and returns the cookies of the session. */
  signIn(peer: Peer): Promise<Headers>;
  /** Calls verifyTOTP with the cookies of a challenge or of a session. */
  verify(headers: Headers, code: string): Promise<unknown>;
}

type PeerOptions = BetterAuthOptions & { readonly plugins: [ReturnType<typeof twoFactor>] };

const PASSWORD = 'correct horse battery staple';

/** Turns off whatever could slow it down and is not part of the test: rate limits, logs, telemetry, slow passwords. */
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

/** Starts better-auth over a database that has its tables. */
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

/** The cookies that a browser would send back. */
function cookies(answer: Headers): Headers {
  const pairs = answer.getSetCookie().map((cookie) => cookie.split(';', 1)[0] ?? '');
  return new Headers({ cookie: pairs.filter((pair) => !pair.endsWith('=')).join('; ') });
}
