/** Play: makes one call in a process, and notes how it ended. */
import { MfaError, type Mfa } from '@mfakit/core';
import { IN_SESSION, type Planned } from './calls.ts';
import type { Played } from './journal.ts';
import { running } from './network.ts';
import { refusalRules } from './refusal-rules.ts';
import { toldRules } from './told-rules.ts';
import type { World } from './world.ts';

/** Makes a call. Resolves when it has ended. */
export async function play(world: World, name: keyof Mfa, planned: Planned, instance: number): Promise<Played> {
  const { journal, chance, instances } = world;
  const { userId, run, learn, credential = null, password = null, token = null, about = null, cookie } = planned;
  const written = journal.of(userId).length;
  const inSession = IN_SESSION.includes(name) && chance.percent(30);
  const call: Played = {
    id: journal.calls.length,
    name,
    userId,
    instance,
    credential,
    password,
    token,
    cookie,
    about,
    sessionEpoch: inSession ? (journal.head(userId)?.sessionEpoch ?? 0) : undefined,
    startedAt: world.now(),
    from: written,
    read: null,
    endedAt: Infinity,
    to: Infinity,
    outcome: null,
    result: undefined,
  };
  journal.calls.push(call);
  const request = {
    userAgent: `call-${call.id}`,
    ...(call.sessionEpoch !== undefined && { sessionEpoch: call.sessionEpoch }),
  };
  const mfa = instances[instance];
  if (mfa === undefined) throw new Error('there is no such process');
  await running.run(call, async () => {
    try {
      call.result = await run(mfa, request);
      call.outcome = 'accepted';
    } catch (error) {
      call.outcome = error instanceof MfaError ? error.code : String(error);
      journal.require(error instanceof MfaError, 'a call ends in nothing but a refusal', call);
      call.result = error;
    }
  });
  call.endedAt = world.now();
  call.to = journal.of(userId).length;
  journal.say(
    call,
    `told ${userId}: ${call.outcome}${credential === null ? '' : ` for ${JSON.stringify(credential)}`}`,
  );
  toldRules(journal, call);
  if (call.outcome === 'accepted') learn?.(call.result as never, call);
  else refusalRules(journal, call);
  return call;
}
