/** Everything that the bridge could ever be told, read from the sources of the core. */
import { readFileSync } from 'node:fs';
import type { CallOutcome, HashOutcome, MfaEvent, ObservedCall, StoreOperation, StoreOutcome } from '@mfakit/core';
import { testApplication } from '@mfakit/testkit';
import { outboxMetrics } from '@mfakit/opentelemetry';
import type { Observed } from './telemetry.ts';

const core = (file: string): string => readFileSync(new URL(`../../core/src/${file}`, import.meta.url), 'utf8');

/** The members of a union of texts, as its source has them. */
function membersOf(source: string, type: string): readonly string[] {
  const [, union = ''] = new RegExp(`export type ${type} =([\\s\\S]*?);\n`).exec(source) ?? [];
  return [...union.matchAll(/^ {2}\| '(\w+)'| '(\w+)'/gm)].map(([, a, b]) => a ?? b ?? '');
}

export const CODES = [...core('errors.ts').matchAll(/^ {2}(\w+): '/gm)].map(([, code = '']) => code);
const EVENTS = core('events.ts');
export const TYPES = [...EVENTS.matchAll(/readonly type: '(\w+)'/g)].map(([, type = '']) => type);
export const OPERATIONS = membersOf(EVENTS, 'Operation');
export const REASONS = membersOf(EVENTS, 'RefusalReason');
const METHODS = ['totp', 'backup_code', 'webauthn'];

type Of<Type> = Extract<MfaEvent, { readonly type: Type }>;
/** What fewer events have than there are words. */
const SIGN_INS = ['verify', 'signIn', 'stepUp', 'confirm'] satisfies Of<'verified'>['operation'][];
const UNLOCKED = ['support', 'success'] satisfies Of<'account_unlocked'>['by'][];
const FORGOTTEN = ['user', 'support', 'reuse', 'limit'] satisfies Of<'device_forgotten'>['by'][];

const nothing = (): void => undefined;

/** Tells a bridge everything that there could ever be. */
export function tellEverything({ observe, onEvent, meter }: Observed): void {
  outboxMetrics({ stats: async () => ({ waiting: 3, parked: 1, oldest: new Date(Date.now() - 5000) }) }, { meter });
  for (const name of Object.keys(testApplication().mfa) as ObservedCall[]) {
    for (const code of ['ok', 'fault', ...CODES] as CallOutcome[]) observe.call(name, nothing)?.(code, 1);
  }
  for (const operation of ['read', 'commit', 'events', 'scan', 'check'] as StoreOperation[]) {
    for (const outcome of ['ok', 'fault'] as StoreOutcome[]) observe.store(operation, nothing)?.(outcome, 1);
  }
  observe.store('commit', nothing)?.('lost', 1);
  for (const jobs of [1, 10]) {
    for (const outcome of ['ok', 'busy', 'hasher_unavailable'] as HashOutcome[])
      observe.hash(jobs, nothing)?.(outcome, 1);
  }
  for (const type of TYPES) {
    const by = type === 'account_unlocked' ? UNLOCKED : FORGOTTEN;
    for (const operation of type === 'verified' ? SIGN_INS : OPERATIONS) {
      for (const reason of REASONS) {
        for (const method of METHODS) {
          for (const hand of by) void onEvent({ type, operation, reason, method, by: hand } as unknown as MfaEvent);
        }
      }
    }
  }
}
