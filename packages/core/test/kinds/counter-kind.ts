/** A toy kind of factor: numbered cards, each accepted once and in order. */
import { sha256 } from '@noble/hashes/sha2.js';
import {
  invalidInput,
  type ActiveFactor,
  type FactorKindFactory,
  type MfaRecord,
  type TransitionContext,
  type Verdict,
} from '@mfakit/core';
import * as z from 'zod';

const METHOD = 'counter';

interface CounterFactor extends ActiveFactor {
  readonly series: string;
  readonly lastCard: number;
}

declare module '@mfakit/core' {
  interface FactorInputs {
    /** A card, as `number-word`. */
    readonly card: string;
  }
}

/** The text on one card. */
export function card(secret: string, number: number): string {
  const digest = sha256(Buffer.from(`${secret} ${number}`));
  return `${number}-${Buffer.from(digest).toString('hex').slice(0, 12)}`;
}

const isCounter = (factor: ActiveFactor): factor is CounterFactor => factor.kind === METHOD;
const replace = (record: MfaRecord, next: CounterFactor): MfaRecord => ({
  ...record,
  factors: record.factors.map((factor) => (factor.id === next.id ? next : factor)),
});

/** What an application passes to `createMfa`. */
export const counterKind: FactorKindFactory = ({ issuer, random }) => ({
  method: METHOD,
  field: 'card',
  phishingResistant: false,
  amr: () => ['kba'],
  defaultLabel: 'Cards',
  stagedFields: { series: z.string().max(64) },
  activeFields: { lastCard: z.int() },
  boundFields: ['series'],
  isHeld: ({ factors }) => factors.some(isCounter),
  show: (factor) => ({ cardsUsed: (factor as CounterFactor).lastCard }),

  draw({ accountName }) {
    const secret = random(16);
    const series = `${issuer}/${String(accountName)}`;
    return { secret, fields: { series }, shown: { cardSecret: Buffer.from(secret).toString('hex') } };
  },

  present(given) {
    const typed = parseCard(given);
    return { weigh: (record, context) => weighCard(typed, record, context) };
  },

  presentFirst(given) {
    const typed = parseCard(given);
    return {
      weigh(staged, record, context) {
        const unused = { ...staged, lastCard: 0, lastUsedAt: staged.createdAt } as CounterFactor;
        const verdict = weighCard(typed, { ...record, factors: [unused] }, context);
        if (verdict.outcome !== 'right') return verdict;
        return { ...verdict, record: { ...record, factors: [...record.factors, ...verdict.record.factors] } };
      },
    };
  },
});

function parseCard(given: unknown): string {
  const typed = typeof given === 'string' && /^\d{1,6}-[0-9a-f]{12}$/.test(given) ? given : null;
  if (typed === null) throw invalidInput('card', 'must be the number and the word of a card');
  return typed;
}

function weighCard(typed: string, record: MfaRecord, { userId, now, secrets }: TransitionContext): Verdict {
  const number = Number(typed.split('-')[0]);
  const unreadable: string[] = [];
  const factors = record.factors.filter(isCounter);
  for (const factor of factors) {
    const secret = secrets.open(userId, factor);
    if (secret === null) unreadable.push(factor.id);
    if (secret === null || card(Buffer.from(secret).toString('hex'), number) !== typed) continue;
    if (number <= factor.lastCard) {
      return { outcome: 'uncounted', reason: 'code_already_used', id: factor.id, unreadable };
    }
    return {
      outcome: 'right',
      record: replace(record, { ...factor, lastCard: number, lastUsedAt: now }),
      used: { method: METHOD, factorId: factor.id },
      unreadable,
    };
  }
  return unreadable.length > 0 && unreadable.length === factors.length
    ? { outcome: 'unreadable', unreadable }
    : { outcome: 'wrong', reason: 'invalid_code', unreadable };
}
