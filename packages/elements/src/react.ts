/** React: the machines as hooks, and `useElements`, which defines the elements once React has drawn the page. */
import { useEffect, useState, useSyncExternalStore, type DetailedHTMLProps, type HTMLAttributes } from 'react';
import { enroll, type EnrollMachine, type EnrollOptions, type EnrollState } from './machines/enroll.ts';
import { manage, type ManageMachine, type ManageOptions, type ManageState } from './machines/manage.ts';
import type { Machine } from './machines/machine.ts';
import { signIn, type SignInMachine, type SignInOptions, type SignInState } from './machines/sign-in.ts';
import { stepUp, type StepUpMachine, type StepUpOptions, type StepUpState } from './machines/step-up.ts';
import {
  define,
  type Begun,
  type ElementsOptions,
  type EnrollDone,
  type EnrollElement,
  type ManageChanged,
  type ManageElement,
  type SignInDone,
  type SignInElement,
  type StepUpElement,
} from './index.ts';

/** An element in JSX. React 19 sets its properties and listens to its events; older ones know attributes alone. */
type Tag<Element, Own> = DetailedHTMLProps<HTMLAttributes<Element>, Element> &
  Partial<Readonly<Own & Record<'sign-in-url' | 'account-name' | 'kinds', string> & { 'heading-level': number }>>;
type Listens<Detail> = (event: CustomEvent<Detail>) => void;

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'mfa-sign-in': Tag<
        SignInElement,
        { begun: Begun | null; 'help-url': string; 'onmfa-done': Listens<SignInDone>; 'onmfa-expired': Listens<object> }
      >;
      'mfa-enroll': Tag<
        EnrollElement,
        { token: string | undefined; 'onmfa-done': Listens<EnrollDone>; 'onmfa-cancel': Listens<object> }
      >;
      'mfa-manage': Tag<
        ManageElement,
        { 'onmfa-changed': Listens<ManageChanged>; 'onmfa-signed-out': Listens<object> }
      >;
      'mfa-step-up': Tag<StepUpElement, object>;
    }
  }
}

/** What a hook gives: `null` on the server, and until React has drawn for the first time. */
export type Running<State, M> = { readonly state: State; readonly machine: M } | null;

const nothing = (): void => undefined;

/** @param key - another one ends the machine, and begins a new one */
function useMachine<State, M extends Machine<State>>(make: () => M, key: unknown): Running<State, M> {
  const [machine, setMachine] = useState<M | null>(null);
  useEffect(() => {
    const made = make();
    setMachine(made);
    return () => {
      made.destroy();
      setMachine(null);
    };
    // A new object of options on each drawing is no reason to begin anew.
  }, [key]);
  const state = useSyncExternalStore(
    (changed) => machine?.subscribe(changed) ?? nothing,
    () => machine?.get() ?? null,
    () => null,
  );
  return machine === null || state === null ? null : { state, machine };
}

/** The second step of a sign-in; begins anew with another token. */
export function useSignIn(options: SignInOptions): Running<SignInState, SignInMachine> {
  return useMachine(() => signIn(options), options.begun.mfa_token);
}

/** An enrollment; begins anew with another token. */
export function useEnroll(options: EnrollOptions): Running<EnrollState, EnrollMachine> {
  return useMachine(() => enroll(options), options.token);
}

/** What protects the signed-in user. */
export function useManage(options: ManageOptions): Running<ManageState, ManageMachine> {
  return useMachine(() => manage(options), null);
}

/** The question in front of something sensitive. */
export function useStepUp(options: StepUpOptions): Running<StepUpState, StepUpMachine> {
  return useMachine(() => stepUp(options), null);
}

/**
 * Defines the elements, after React has taken over what the server drew: defined before, they would have drawn themselves
 * into it.
 * @returns whether they are defined: draw them then
 */
export function useElements(options: ElementsOptions): boolean {
  const [defined, setDefined] = useState(false);
  useEffect(() => {
    define(options);
    setDefined(true);
    // A new object of options on each drawing is no reason to define anew.
  }, []);
  return defined;
}
