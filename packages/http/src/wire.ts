/** Wire: the bodies, replies and problems of the contract as types, in snake_case as they travel. */
import type { MfaErrorCode } from '@mfakit/core';

/** A second factor: exactly one of the two. */
export type WireFactor =
  | { readonly code: string; readonly backup_code?: undefined }
  | { readonly backup_code: string; readonly code?: undefined };

/** Fresh proof of a signed-in user. The password is left out where the host is passwordless. */
export type WireProof = WireFactor & { readonly password?: string | undefined };

/** What a setup may be given; the proof is needed where a factor is active already. */
export interface SetupBody {
  readonly label?: string | undefined;
  readonly password?: string | undefined;
  readonly code?: string | undefined;
  readonly backup_code?: string | undefined;
}

/** A staged factor. Secret and backup codes are shown this once. Instants are ISO 8601 in UTC. */
export interface SetupReply {
  readonly secret: string;
  /** A `data:image/png;base64,` URL. */
  readonly qr_code_base64: string;
  readonly otpauth_uri: string;
  /** Empty where a factor is active already: its codes stay. */
  readonly backup_codes: readonly string[];
  readonly factor_id: string;
  readonly expires_at: string;
}

/** An active factor. */
export interface WireFactorStatus {
  readonly id: string;
  readonly kind: 'totp';
  readonly label: string;
  readonly created_at: string;
  readonly last_used_at: string;
}

/** What a user may see of their own protection. */
export interface StatusReply {
  readonly enabled: boolean;
  readonly backup_codes_remaining: number;
  readonly factors: readonly WireFactorStatus[];
  /** `from`: since when, or from when on, MFA is required. */
  readonly enforcement: { readonly from: string } | null;
}

/** A second factor as events name it. */
export interface WireUsedFactor {
  readonly method: 'totp' | 'backup_code';
  readonly factor_id: string | null;
}

/** One security event. Which of the optional fields it has depends on its type. */
export interface WireEvent {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly ip?: string | undefined;
  readonly user_agent?: string | undefined;
  readonly operation?: string | undefined;
  readonly reason?: string | undefined;
  readonly failures?: number | undefined;
  readonly method?: 'totp' | 'backup_code' | undefined;
  readonly factor_id?: string | null | undefined;
  readonly proven_by?: WireUsedFactor | null | undefined;
  readonly first?: boolean | undefined;
  readonly count?: number | undefined;
  readonly backup_codes_remaining?: number | undefined;
  readonly until?: string | null | undefined;
  readonly from?: string | undefined;
  readonly by?: string | undefined;
  readonly key_id?: string | undefined;
}

/** The second step is done; the host's session came with it. */
export interface AuthenticatedReply {
  readonly authenticated: true;
}

/** What each route takes and gives. `null`: nothing. */
export interface Contract {
  readonly setup: { readonly input: SetupBody; readonly reply: SetupReply };
  readonly confirm: {
    readonly input: { readonly code: string };
    readonly reply: { readonly message: 'TOTP enabled successfully' };
  };
  readonly verify: { readonly input: { readonly mfa_token: string } & WireFactor; readonly reply: AuthenticatedReply };
  readonly disable: {
    readonly input: WireProof;
    readonly reply: { readonly message: 'TOTP disabled successfully' };
  };
  readonly regenerate: { readonly input: WireProof; readonly reply: { readonly backup_codes: readonly string[] } };
  readonly status: { readonly input: null; readonly reply: StatusReply };
  readonly enforceSetup: { readonly input: { readonly mfa_token: string }; readonly reply: SetupReply };
  readonly enforceConfirm: {
    readonly input: { readonly mfa_token: string; readonly code: string };
    readonly reply: AuthenticatedReply;
  };
  readonly removeFactor: { readonly input: WireProof; readonly reply: null };
  readonly stepUp: {
    readonly input: WireFactor;
    readonly reply: AuthenticatedReply & { readonly auth_time: string };
  };
  readonly history: {
    readonly input: { readonly before?: number | undefined; readonly limit?: number | undefined };
    /** Newest first; the last `seq` is the next page's `before`. */
    readonly reply: { readonly events: readonly WireEvent[] };
  };
}

/** The routes by name. */
export type RouteName = keyof Contract;

/** Why a request was refused. Those of the core keep their names. */
export type ProblemCode =
  | MfaErrorCode
  | 'not_signed_in'
  | 'user_inactive'
  | 'insufficient_user_authentication'
  | 'invalid_json'
  | 'not_found'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'internal_error';

/** One field that broke a rule. */
export interface FieldError {
  /** The field's name; empty for the body as a whole. */
  readonly path: string;
  /** The rule. Never holds a value. */
  readonly message: string;
}

/** Problem details (RFC 9457), the body of every refusal. */
export interface ProblemBody {
  readonly type: 'about:blank';
  /** The phrase of the status. */
  readonly title: string;
  readonly status: number;
  /** The sentence to show. */
  readonly detail: string;
  /** Stable reason, for programs. */
  readonly code: ProblemCode;
  /** With 423, unless only support can lift the lock: seconds until it ends. */
  readonly retry_after?: number | undefined;
  /** With 422: the fields that broke a rule. */
  readonly errors?: readonly FieldError[] | undefined;
}
