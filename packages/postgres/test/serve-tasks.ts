/** serveTasks: what one of several operating system processes of an application does, whatever store it is over. */
import type { FreshFactor, Mfa, MfaEvent, SecondFactor } from '@mfakit/core';
import type { TestApplication } from '@mfakit/testkit';
import { outcomeOf, ROTATED } from './users.ts';

/** Calls to make, all at once. */
interface StepUp {
  readonly do: 'stepUp';
  readonly userId: string;
  readonly inputs: readonly SecondFactor[];
}

/** Sign-ins with device cookies, all at once. */
interface Begin {
  readonly do: 'begin';
  readonly userId: string;
  readonly devices: readonly string[];
}

/** One call, by name, with what it takes. */
export type Call =
  | { readonly name: 'verify'; readonly input: Parameters<Mfa['verify']>[0] }
  | { readonly name: 'stepUp'; readonly userId: string; readonly input: FreshFactor }
  | { readonly name: 'passkeySignIn'; readonly input: Parameters<Mfa['passkeySignIn']>[0] }
  | { readonly name: 'removeFactor'; readonly userId: string; readonly factorId: string; readonly proof: FreshFactor }
  | { readonly name: 'rekey' };

/** Calls of different kinds to make, all at once. */
interface MixedCalls {
  readonly do: 'calls';
  readonly calls: readonly Call[];
}

/** What every worker does. */
export type Calls = StepUp | Begin | MixedCalls;

/** What the worker answers. */
export interface Answer {
  /** How each call ended; of a sign-in what comes next, and the new cookie if there is one. */
  readonly outcomes: readonly string[];
  /** The events that were committed. */
  readonly events: readonly MfaEvent[];
}

/** An application over a connection. */
export interface Connected<Other> {
  readonly application: TestApplication;
  /** Does what only this store's tests ask for. */
  readonly other?: (task: Other) => Promise<readonly string[]>;
  close(): unknown;
}

async function begin({ mfa }: TestApplication, userId: string, device: string): Promise<string> {
  const begun = await mfa.begin(userId, {}, { device });
  return begun.next === 'signed-in' && begun.device !== undefined ? begun.device.cookie : begun.next;
}

/**
 * Does its parent's tasks.
 * @param connect - does the first one, so that a later one starts at once
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what the parent sends cannot be typed here: only its worker knows
export function serveTasks<Connect extends { readonly do: 'connect' }, Other extends { readonly do: string } = never>(
  connect: (task: Connect) => Promise<Connected<Other>>,
): void {
  let connected: Connected<Other> | undefined;

  async function perform(task: Connect | Calls | Other): Promise<Answer> {
    if (isConnect(task)) {
      await connected?.close();
      connected = await connect(task);
      return { outcomes: ['connected'], events: [] };
    }
    if (connected === undefined) throw new Error('Connect first.');
    const { application, other } = connected;
    application.events.length = 0;
    const outcomes = isStepUp(task)
      ? await Promise.all(task.inputs.map((input) => outcomeOf(application.mfa.stepUp(task.userId, input))))
      : isBegin(task)
        ? await Promise.all(task.devices.map((device) => begin(application, task.userId, device)))
        : isMixed(task)
          ? await Promise.all(task.calls.map((call) => outcomeOf(make(application, call))))
          : await other?.(task);
    if (outcomes === undefined) throw new Error('There is no such task.');
    return { outcomes, events: application.events };
  }

  const isConnect = (task: Connect | Calls | Other): task is Connect => task.do === 'connect';
  const isStepUp = (task: Calls | Other): task is StepUp => task.do === 'stepUp';
  const isBegin = (task: Calls | Other): task is Begin => task.do === 'begin';
  const isMixed = (task: Calls | Other): task is MixedCalls => task.do === 'calls';

  process.on('message', (task: Connect | Calls | Other) => {
    perform(task).then(
      (answer) => process.send?.(answer),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}

async function make({ mfa, another }: TestApplication, call: Call): Promise<unknown> {
  switch (call.name) {
    case 'verify':
      return mfa.verify(call.input);
    case 'stepUp':
      return mfa.stepUp(call.userId, call.input);
    case 'passkeySignIn':
      return mfa.passkeySignIn(call.input);
    case 'removeFactor':
      return mfa.removeFactor(call.userId, call.factorId, call.proof);
    case 'rekey':
      for await (const { unreadable } of another(ROTATED).rekey()) if (unreadable > 0) throw new Error('unreadable');
      return undefined;
  }
}
