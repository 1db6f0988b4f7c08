/** Calls: what each route asks of the core, and the reply it makes of the answer. */
import type {
  Mfa,
  Proof,
  RequestContext,
  SecondFactor,
  SetupResult,
  SetupSubject,
  TokenHolder,
  Verified,
} from '@mfakit/core';
import type { Contract, RouteName, SetupBody, SetupReply, WireFactor, WireProof } from './wire.ts';
import { toWireEvent } from './wire-event.ts';

/** A request that was let in. */
interface Admitted<Input> {
  readonly mfa: Mfa;
  readonly userId: string;
  readonly accountName: string;
  readonly input: Input;
  /** The `{id}` of the path. */
  readonly id: string;
  /** For the events. */
  readonly request: RequestContext;
}

/** What a call gives: its reply, and what the host must make a session of. */
export interface Outcome<Reply> {
  readonly reply: Reply;
  readonly verified?: Verified;
}

/** A request that was let in by a token. */
export interface AdmittedHolder<Input> extends Admitted<Input> {
  readonly holder: TokenHolder;
}

type Call<Name extends RouteName> = (
  admitted: Contract[Name]['input'] extends { readonly mfa_token: string }
    ? AdmittedHolder<Contract[Name]['input']>
    : Admitted<Contract[Name]['input']>,
) => Promise<Outcome<Contract[Name]['reply']>>;

/** Every route's call. */
export const CALLS: { readonly [Name in RouteName]: Call<Name> } = {
  setup: async ({ mfa, userId, accountName, input, request }) => ({
    reply: await setup(mfa, { userId }, { accountName, ...toSetupDetails(input) }, request),
  }),

  async confirm({ mfa, userId, input, request }) {
    await mfa.confirm({ userId }, input, request);
    return { reply: { message: 'TOTP enabled successfully' } };
  },

  async verify({ mfa, holder, input, request }) {
    const verified = await mfa.verify({ token: holder, ...toFactor(input) }, request);
    return { reply: { authenticated: true }, verified };
  },

  async disable({ mfa, userId, input, request }) {
    await mfa.disable(userId, toProof(input), request);
    return { reply: { message: 'TOTP disabled successfully' } };
  },

  async regenerate({ mfa, userId, input, request }) {
    const { backupCodes } = await mfa.regenerate(userId, toProof(input), request);
    return { reply: { backup_codes: backupCodes } };
  },

  async status({ mfa, userId }) {
    const { enabled, factors, backupCodesRemaining, enforcement } = await mfa.status(userId);
    return {
      reply: {
        enabled,
        backup_codes_remaining: backupCodesRemaining,
        factors: factors.map(({ id, kind, label, createdAt, lastUsedAt }) => ({
          id,
          kind,
          label,
          created_at: createdAt.toISOString(),
          last_used_at: lastUsedAt.toISOString(),
        })),
        enforcement: enforcement && { from: enforcement.from.toISOString() },
      },
    };
  },

  enforceSetup: async ({ mfa, accountName, holder, request }) => ({
    reply: await setup(mfa, { token: holder }, { accountName }, request),
  }),

  async enforceConfirm({ mfa, holder, input, request }) {
    const verified = await mfa.confirm({ token: holder }, { code: input.code }, request);
    return { reply: { authenticated: true }, verified };
  },

  async removeFactor({ mfa, userId, id, input, request }) {
    await mfa.removeFactor(userId, id, toProof(input), request);
    return { reply: null };
  },

  async stepUp({ mfa, userId, input, request }) {
    const verified = await mfa.stepUp(userId, toFactor(input), request);
    return { reply: { authenticated: true, auth_time: verified.authTime.toISOString() }, verified };
  },

  async history({ mfa, userId, input: { before, limit } }) {
    const page = { ...(before !== undefined && { before }), ...(limit !== undefined && { limit }) };
    return { reply: { events: (await mfa.history(userId, page)).map(toWireEvent) } };
  },
};

async function setup(
  mfa: Mfa,
  subject: SetupSubject,
  details: Parameters<Mfa['setup']>[1],
  request: RequestContext,
): Promise<SetupReply> {
  const staged = await mfa.setup(subject, details, request);
  return toSetupReply(staged, await qrCode(staged.uri));
}

/** Loaded at the first setup: most processes never draw a code. */
async function qrCode(uri: string): Promise<string> {
  const { qrPngDataUrl } = await import('@mfakit/core/qr');
  return qrPngDataUrl(uri);
}

function toSetupReply({ secret, uri, backupCodes, factorId, expiresAt }: SetupResult, image: string): SetupReply {
  return {
    secret,
    qr_code_base64: image,
    otpauth_uri: uri,
    backup_codes: backupCodes,
    factor_id: factorId,
    expires_at: expiresAt.toISOString(),
  };
}

function toSetupDetails({ label, password, code, backup_code }: SetupBody): { label?: string; proof?: Proof } {
  const factor = code === undefined ? backup_code !== undefined && { backupCode: backup_code } : { code };
  return {
    ...(label !== undefined && { label }),
    ...(factor && { proof: { ...factor, ...(password !== undefined && { password }) } }),
  };
}

function toFactor({ code, backup_code }: WireFactor): SecondFactor {
  return code === undefined ? { backupCode: backup_code } : { code };
}

function toProof({ password, ...factor }: WireProof): Proof {
  return { ...toFactor(factor), ...(password !== undefined && { password }) };
}
