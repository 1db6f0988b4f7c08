/** Signing in alone: the calls passkeyChallenge and passkeySignIn, by a kind whose answers name their user. */
import type { Mfa } from './api.ts';
import type { Prover } from './attempts/prove.ts';
import { challengeOf } from './crypto/challenge-token.ts';
import { MfaError } from './errors.ts';
import type { AloneKind, FactorKinds } from './factors/factor-kinds.ts';
import { asObject, parseRequest, parseToken } from './input.ts';
import type { Tokens } from './tokens.ts';
import { acceptance } from './transitions/verify.ts';
import { toVerified } from './verified.ts';

/** What it works with. */
export interface SignInDependencies {
  readonly kinds: FactorKinds;
  readonly tokens: Tokens;
  readonly prover: Prover;
}

/** Makes the calls. Without such a kind both refuse with `not_offered`. */
export function createSignInAlone({
  kinds,
  tokens,
  prover,
}: SignInDependencies): Pick<Mfa, 'passkeyChallenge' | 'passkeySignIn'> {
  const offered = (): AloneKind => {
    if (kinds.alone === undefined) throw new MfaError('not_offered');
    return kinds.alone;
  };

  return {
    async passkeyChallenge() {
      const { method, alone } = offered();
      const { prompt, ...issued } = tokens.askAnyone();
      return { ...issued, prompts: { [method]: alone.ask(prompt) } };
    },

    async passkeySignIn(input, request) {
      const { alone, field } = offered();
      const { token, ...given } = asObject('input', input);
      const text = parseToken(token);
      const presented = alone.present(given[field], challengeOf(text));
      const challenge = tokens.open('alone', text);
      const context = parseRequest(request);
      const userId = await presented.userId();
      if (userId === null) throw new MfaError('unknown_credential');
      const { examine } = presented;
      const claim = { userId, proof: { password: null, presented: { examine }, challenge }, request: context };
      // Two factors in one: what it claims of a first factor is itself.
      return toVerified(kinds.all, userId, await prover.prove(claim, acceptance('signIn')), 'other');
    },
  };
}
