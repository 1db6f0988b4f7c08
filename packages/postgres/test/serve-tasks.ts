/** serveTasks: what one of several operating system processes of an application does, whatever store it is over. */
import type { FreshFactor, Mfa, MfaEvent, SecondFactor } from '@mfakit/core';
import type { TestApplication } from '@mfakit/testkit';
import { outcomeOf, ROTATED } from './users.ts';

/** Calls to make, all at once. */
export interface StepUp {
  readonly do: 'stepUp';
  readonly userId: string;
  readonly inputs: readonly SecondFactor[];
}

/** One call, by name, with what it takes. */
export type Call =
  | { readonly name: 'verify'; readonly input: Parameters<Mfa['verify']>[0] }
  | { readonly name: 'stepUp'; readonly userId: string; readonly input: FreshFactor }
  | { readonly name: 'passkeySignIn'; readonly input: Parameters<Mfa['passkeySignIn']>[0] }
  | { readonly name: 'removeFactor'; readonly userId: string; readonly factorId: string; readonly proof: FreshFactor }
  | { readonly name: 'rekey' };

/** Calls of different kinds to make, all at once. */
export interface Calls {
  readonly do: 'calls';
  readonly calls: readonly Call[];
}

/** What the worker answers. */
export interface Answer {
  /** How each call ended. */
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

/**
 * Does its parent's tasks.
 * @param connect - does the first one, so that a later one starts at once
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what the parent sends cannot be typed here: only its worker knows
export function serveTasks<Connect extends { readonly do: 'connect' }, Other extends { readonly do: string } = never>(
  connect: (task: Connect) => Promise<Connected<Other>>,
): void {
  let connected: Connected<Other> | undefined;

  async function perform(task: Connect | StepUp | Calls | Other): Promise<Answer> {
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
      : isCalls(task)
        ? await Promise.all(task.calls.map((call) => outcomeOf(make(application, call))))
        : await other?.(task);
    if (outcomes === undefined) throw new Error('There is no such task.');
    return { outcomes, events: application.events };
  }

  const isConnect = (task: Connect | StepUp | Calls | Other): task is Connect => task.do === 'connect';
  const isStepUp = (task: StepUp | Calls | Other): task is StepUp => task.do === 'stepUp';
  const isCalls = (task: Calls | Other): task is Calls => task.do === 'calls';

  process.on('message', (task: Connect | StepUp | Calls | Other) => {
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
