/** Steps: what can happen to the users of an application, as fast-check draws it. */
import { fc } from '@fast-check/vitest';

/** The users of the application. */
export const USERS = ['ann', 'bob'] as const;
export type User = (typeof USERS)[number];

/** Which second factor a step presents. Resolved when the step is played: its worth depends on what came before. */
export type Pick =
  /** The code that a device shows `offset` time steps from now. */
  | {
      readonly pick: 'code';
      readonly device: 'own' | 'pending' | 'foreign';
      readonly index: number;
      readonly offset: number;
    }
  /** Two consecutive codes, the second `offset` time steps from now; `half`: one of them is wrong. */
  | {
      readonly pick: 'two codes';
      readonly index: number;
      readonly offset: number;
      readonly half: 'none' | 'first' | 'second';
    }
  /** The code that was accepted last. */
  | { readonly pick: 'last code' }
  | { readonly pick: 'any code'; readonly code: string }
  /** A code of the newest set, spent or not. */
  | { readonly pick: 'backup code'; readonly index: number }
  /** A code of any set that the user ever had. */
  | { readonly pick: 'old backup code'; readonly index: number }
  | { readonly pick: 'foreign backup code'; readonly index: number }
  | { readonly pick: 'any backup code' };

/** Which device cookie comes with a sign-in. Resolved when the step is played; none if there was no such one. */
interface CookiePick {
  readonly whose: 'own' | 'foreign';
  /** Counted from the browser that was trusted last. */
  readonly browser: number;
  /** Counted from its newest cookie. */
  readonly age: number;
}

/** One thing that happens. */
export type Step =
  | { readonly call: 'advance'; readonly seconds: number }
  /** A new process takes over, with a different newest key and different settings for new factors. */
  | {
      readonly call: 'restart';
      readonly newestKey: number;
      readonly digits: 6 | 8;
      readonly algorithm: 'SHA1' | 'SHA256';
    }
  /** Policy is edited: what it demands of a user, and with how much time. */
  | {
      readonly call: 'policy';
      readonly user: User;
      readonly inSeconds: number;
      readonly graceDays: number;
      readonly untilInSeconds: number | null;
    }
  /** Every secret moves under the newest key of the process. */
  | { readonly call: 'rekey' }
  | Call;

/** A call of the library for a user, while something goes wrong or nothing does. */
export type Call = Drawn & { readonly user: User; readonly fault: Fault };

type Drawn =
  | { readonly call: 'exempt' | 'unlock' | 'reset' | 'forget' | 'passwordChanged' | 'forgetDevices' }
  | { readonly call: 'begin' | 'passwordFailed' | 'assertNotLocked'; readonly cookie?: CookiePick | null }
  | { readonly call: 'forgetDevice'; readonly index: number }
  | { readonly call: 'enforce'; readonly inSeconds: number }
  | { readonly call: 'breakGlass'; readonly minutes: number }
  | { readonly call: 'verify'; readonly token: TokenPick; readonly factor: Pick; readonly trust?: boolean }
  | { readonly call: 'stepUp'; readonly factor: Pick }
  | {
      readonly call: 'setup';
      readonly token: TokenPick | null;
      readonly password: Password;
      readonly factor: Pick | null;
    }
  | { readonly call: 'confirm'; readonly token: TokenPick | null; readonly factor: Pick }
  | { readonly call: 'disable' | 'regenerate'; readonly password: Password; readonly factor: Pick }
  | { readonly call: 'removeFactor'; readonly index: number; readonly password: Password; readonly factor: Pick };

type Password = 'right' | 'wrong' | 'missing';

/** Counted from the newest token, whatever its user and purpose; -1 for a token that was never issued. */
type TokenPick = number;

/**
 * What goes wrong underneath: an answer gets lost after its commit landed, or before; the store refuses every commit; a
 * password check or a hasher dies.
 */
export type Fault = 'none' | 'landed' | 'dropped' | 'outage' | 'crash';

const pick: fc.Arbitrary<Pick> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      pick: fc.constant('code' as const),
      device: fc.constantFrom('own' as const, 'own' as const, 'own' as const, 'pending' as const, 'foreign' as const),
      index: fc.nat({ max: 2 }),
      offset: fc.constantFrom(0, 0, 0, 1, -1, 2, -2),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      pick: fc.constant('two codes' as const),
      index: fc.nat({ max: 2 }),
      offset: fc.constantFrom(0, 0, 0, 1, -1, 2, -2),
      half: fc.constantFrom('none', 'none', 'none', 'first', 'second'),
    }),
  },
  { weight: 2, arbitrary: fc.constant<Pick>({ pick: 'last code' }) },
  {
    weight: 3,
    arbitrary: fc.record({
      pick: fc.constant('any code' as const),
      code: fc.constantFrom('000000', '123456', '00000000', '1234567'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ pick: fc.constant('backup code' as const), index: fc.nat({ max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ pick: fc.constant('old backup code' as const), index: fc.nat({ max: 19 }) }) },
  { weight: 1, arbitrary: fc.record({ pick: fc.constant('foreign backup code' as const), index: fc.nat({ max: 4 }) }) },
  { weight: 1, arbitrary: fc.constant<Pick>({ pick: 'any backup code' }) },
);

const ownDevice: Pick = { pick: 'code', device: 'own', index: 0, offset: 0 };
const pendingDevice: Pick = { pick: 'code', device: 'pending', index: 0, offset: 0 };
const anyFactor = fc.oneof({ weight: 2, arbitrary: fc.constant(ownDevice) }, { weight: 3, arbitrary: pick });
const password = fc.constantFrom<Password>('right', 'right', 'right', 'right', 'right', 'right', 'wrong', 'missing');
const token = fc.constantFrom<TokenPick>(0, 0, 0, 1, 2, 3, -1);
const mostlyNull = fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: token });

const cookie: fc.Arbitrary<CookiePick | null> = fc.option(
  fc.record({
    whose: fc.constantFrom('own' as const, 'own' as const, 'own' as const, 'foreign' as const),
    browser: fc.nat({ max: 2 }),
    age: fc.constantFrom(0, 0, 0, 0, 1, 1, 2),
  }),
  { freq: 3 },
);

const named = <C extends string>(call: C): fc.Arbitrary<C> => fc.constant(call);
const drawn: fc.Arbitrary<Drawn> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ call: named('begin'), cookie }) },
  { weight: 4, arbitrary: fc.record({ call: named('verify'), token, factor: anyFactor, trust: fc.boolean() }) },
  { weight: 8, arbitrary: fc.record({ call: named('stepUp'), factor: anyFactor }) },
  {
    weight: 3,
    arbitrary: fc.record({
      call: named('setup'),
      token: mostlyNull,
      password,
      factor: fc.option(anyFactor, { freq: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ call: named('confirm'), token: mostlyNull, factor: anyFactor }) },
  { weight: 2, arbitrary: fc.record({ call: named('regenerate'), password, factor: anyFactor }) },
  { weight: 1, arbitrary: fc.record({ call: named('disable'), password, factor: anyFactor }) },
  {
    weight: 2,
    arbitrary: fc.record({ call: named('removeFactor'), index: fc.nat({ max: 2 }), password, factor: anyFactor }),
  },
  { weight: 1, arbitrary: fc.record({ call: named('breakGlass'), minutes: fc.constantFrom(1, 15, 60) }) },
  { weight: 1, arbitrary: fc.record({ call: named('enforce'), inSeconds: fc.constantFrom(-60, 0, 3_600) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      call: fc.constantFrom('exempt', 'unlock', 'reset', 'forget', 'passwordChanged', 'forgetDevices'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ call: fc.constantFrom('passwordFailed', 'passwordFailed', 'assertNotLocked'), cookie }),
  },
  { weight: 1, arbitrary: fc.record({ call: named('forgetDevice'), index: fc.nat({ max: 2 }) }) },
);

const user = fc.constantFrom<User>('ann', 'ann', 'ann', 'bob');
const fault = fc.constantFrom<Fault>(...Array<Fault>(8).fill('none'), 'landed', 'dropped', 'outage', 'crash');
const call: fc.Arbitrary<Call> = fc
  .tuple(drawn, user, fault)
  .map(([chosen, name, beneath]) => ({ ...chosen, user: name, fault: beneath }));

const advance = fc.record({
  call: named('advance'),
  seconds: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(30, 30, 60, 1, -30) },
    { weight: 2, arbitrary: fc.constantFrom(29, 299, 300, 600, 7_200) },
    { weight: 1, arbitrary: fc.integer({ min: -30, max: 7_200 }) },
  ),
});
const policy = fc.record({
  call: named('policy'),
  user: fc.constantFrom<User>('ann', 'bob'),
  inSeconds: fc.constantFrom(-86_400, -60, 0, 600),
  graceDays: fc.constantFrom(0, 1, 1, 2),
  untilInSeconds: fc.constantFrom(null, null, 0, 7_200, 172_800),
});
const restart = fc.record({
  call: named('restart'),
  newestKey: fc.nat({ max: 2 }),
  digits: fc.constantFrom(6, 8),
  algorithm: fc.constantFrom('SHA1', 'SHA256'),
});

/** A few steps that belong together. Without them, most random lives would not get far. */
const scene: fc.Arbitrary<readonly Step[]> = fc.oneof(
  { weight: 12, arbitrary: call.map((step) => [step]) },
  { weight: 4, arbitrary: advance.map((step) => [step]) },
  { weight: 1, arbitrary: restart.map((step) => [step]) },
  { weight: 1, arbitrary: restart.map((step) => [step, { call: 'rekey' } as const]) },
  { weight: 1, arbitrary: fc.tuple(user, fc.integer({ min: 1, max: 3 })).map(strangersLock) },
  { weight: 1, arbitrary: user.map(fullBucket) },
  { weight: 3, arbitrary: fc.tuple(user, fc.integer({ min: 0, max: 4 }), advance).map(trustedBrowser) },
  { weight: 2, arbitrary: fc.tuple(policy, advance).map(firstSignIn) },
  { weight: 3, arbitrary: user.map(enrollment) },
  { weight: 1, arbitrary: user.map(forcedEnrollment) },
  { weight: 1, arbitrary: fc.tuple(user, fc.nat({ max: 1 })).map(removal) },
  { weight: 1, arbitrary: fc.tuple(user, fc.integer({ min: 1, max: 4 })).map(clumsyEnrollment) },
  { weight: 3, arbitrary: fc.tuple(user, anyFactor, advance).map(signIn) },
  {
    weight: 2,
    arbitrary: fc.tuple(call, fc.integer({ min: 2, max: 4 })).map(([step, n]) => Array<Step>(n).fill(step)),
  },
);

/** A sign-in under a policy that was edited, and another one later. */
function firstSignIn([edit, later]: readonly [Step & { readonly call: 'policy' }, Step]): readonly Step[] {
  const by = { user: edit.user, fault: 'none' } as const;
  return [edit, { call: 'begin', ...by }, later, { call: 'begin', ...by }];
}

/** A first factor, or a further one if the user already has one. */
function enrollment(name: User): readonly Step[] {
  const by = { user: name, fault: 'none', token: null } as const;
  return [
    { call: 'setup', password: 'right', factor: ownDevice, ...by },
    { call: 'confirm', factor: pendingDevice, ...by },
    { call: 'advance', seconds: 30 },
  ];
}

/** Enrollment by token, as policy requires it. */
export function forcedEnrollment(name: User): readonly Step[] {
  const by = { user: name, fault: 'none' } as const;
  return [
    { call: 'enforce', inSeconds: -60, ...by },
    { call: 'begin', ...by },
    { call: 'setup', token: 0, password: 'missing', factor: null, ...by },
    { call: 'confirm', token: 0, factor: pendingDevice, ...by },
    { call: 'advance', seconds: 30 },
  ];
}

/** Enrollment that starts with wrong codes: as many as are allowed, or one too many. */
function clumsyEnrollment([name, wrongCodes]: readonly [User, number]): readonly Step[] {
  const wrong: Step = {
    call: 'confirm',
    token: null,
    factor: { pick: 'code', device: 'pending', index: 0, offset: -2 },
    user: name,
    fault: 'none',
  };
  const [setup, confirm, advanced] = enrollment(name);
  const steps = [setup, ...Array.from({ length: wrongCodes }, () => wrong), confirm, advanced];
  return steps.filter((step) => step !== undefined);
}

/** A token that stays open while one of two factors is removed. */
function removal([name, index]: readonly [User, number]): readonly Step[] {
  const by = { user: name, fault: 'none' } as const;
  const factor: Pick = { pick: 'code', device: 'own', index: 1 - index, offset: 0 };
  return [
    ...enrollment(name),
    { call: 'begin', ...by },
    { call: 'removeFactor', index, password: 'right', factor, ...by },
    { call: 'verify', token: 0, factor: { pick: 'backup code', index: 0 }, ...by },
  ];
}

/** A lock by wrong passwords at the login, and then what a session does. */
function strangersLock([name, calls]: readonly [User, number]): readonly Step[] {
  const by = { user: name, fault: 'none' } as const;
  const factors: readonly Pick[] = [ownDevice, { pick: 'backup code', index: calls }, { pick: 'any backup code' }];
  return [
    ...Array.from({ length: 3 }, (): Step => ({ call: 'passwordFailed', ...by })),
    ...factors.slice(0, calls).map((factor): Step => ({ call: 'stepUp', factor, ...by })),
    { call: 'stepUp', factor: ownDevice, ...by },
    { call: 'begin', ...by },
  ];
}

/** A browser that is trusted, wrong passwords from it and from strangers, and sign-ins with its cookies. */
function trustedBrowser([name, failures, later]: readonly [User, number, Step]): readonly Step[] {
  const by = { user: name, fault: 'none' } as const;
  const newest: CookiePick = { whose: 'own', browser: 0, age: 0 };
  const again: Step = { call: 'begin', cookie: newest, ...by };
  return [
    { call: 'exempt', ...by },
    { call: 'advance', seconds: 30 },
    { call: 'begin', ...by },
    { call: 'verify', token: 0, factor: ownDevice, trust: true, ...by },
    ...Array.from({ length: failures }, (_, i): Step => {
      return { call: 'passwordFailed', cookie: i % 2 === 0 ? newest : null, ...by };
    }),
    again,
    { call: 'begin', cookie: { ...newest, age: 1 }, ...by },
    later,
    again,
    { call: 'begin', cookie: { ...newest, age: 2 }, ...by },
    again,
  ];
}

/** As many wrong codes as fill the slow bucket, with successes between them. */
function fullBucket(name: User): readonly Step[] {
  const by = { user: name, fault: 'none' } as const;
  const wrong: Step = { call: 'stepUp', factor: { pick: 'code', device: 'own', index: 0, offset: 5 }, ...by };
  const right: Step = { call: 'stepUp', factor: ownDevice, ...by };
  const both: Pick = { pick: 'two codes', index: 0, offset: 0, half: 'none' };
  const later: Step = { call: 'advance', seconds: 60 };
  return [
    ...[1, 2, 3].flatMap((): readonly Step[] => [wrong, wrong, right, later]),
    { call: 'stepUp', factor: both, ...by },
  ];
}

/** A sign-in, and the same token once more. */
function signIn([name, factor, later]: readonly [User, Pick, Step]): readonly Step[] {
  const by = { user: name, fault: 'none' } as const;
  const verify: Step = { call: 'verify', token: 0, factor, ...by };
  return [{ call: 'begin', ...by }, verify, later, verify];
}

/** Lives of two users. */
export const lives: fc.Arbitrary<readonly Step[]> = fc
  .tuple(fc.boolean(), fc.array(scene, { minLength: 1, maxLength: 30, size: 'max' }))
  .map(([enrolled, scenes]) => [...(enrolled ? enrollment('ann') : []), ...scenes.flat()]);
