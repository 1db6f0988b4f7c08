/** World: the application, what the model knows about its users, and everything that they were ever shown. */
import { application, type Application } from './application.ts';
import { newUser, type Device, type ModelToken, type ModelUser, type Presented } from './model.ts';
import type { Call, Pick, User } from './steps.ts';

/** Everything a user was ever shown. */
interface Drawer {
  /** Secrets, in upper-case base32. */
  readonly secrets: string[];
  readonly devices: Device[];
  /** Every backup code, oldest first. */
  readonly backupCodes: string[];
  /** The cookies of every browser that was trusted, newest last. */
  readonly browsers: string[][];
  /** The code that was accepted last. */
  lastCode: string;
}

export interface World {
  readonly app: Application;
  readonly users: Readonly<Record<User, ModelUser>>;
  readonly drawers: Readonly<Record<User, Drawer>>;
  /** Every token that was issued, oldest first. */
  readonly tokens: ModelToken[];
}

function emptyDrawer(): Drawer {
  return { secrets: [], devices: [], backupCodes: [], browsers: [], lastCode: '000000' };
}

/** Makes a fresh world of so many processes. Two worlds with one seed draw the same secrets. */
export function world(seed: number, processes: number): World {
  const users = { ann: newUser(), bob: newUser() };
  return {
    app: application(seed, processes, (userId) => users[userId as User].demand),
    users,
    drawers: { ann: emptyDrawer(), bob: emptyDrawer() },
    tokens: [],
  };
}

/** The token that a step picked; `null` if it picked none, or one that was never issued. */
export function pickedToken({ tokens }: World, step: Call): ModelToken | null {
  return 'token' in step && step.token !== null ? (tokens.at(-1 - step.token) ?? null) : null;
}

/** The device cookie that a step picked; `undefined`: none comes. */
export function pickedCookie({ drawers }: World, step: Call): string | undefined {
  const pick = 'cookie' in step ? (step.cookie ?? null) : null;
  if (pick === null) return undefined;
  const other = step.user === 'ann' ? 'bob' : 'ann';
  const { browsers } = drawers[pick.whose === 'own' ? step.user : other];
  return browsers.at(-1 - pick.browser)?.at(-1 - pick.age);
}

/** What the user types for a pick. */
export function typed({ app, users, drawers }: World, user: User, pick: Pick): Presented {
  const other = user === 'ann' ? 'bob' : 'ann';
  const newest = (name: User): readonly string[] => drawers[name].backupCodes.slice(-10);
  switch (pick.pick) {
    case 'code': {
      const { factors, pending } = users[pick.device === 'foreign' ? other : user];
      const device = pick.device === 'pending' ? pending?.device : factors[pick.index % (factors.length || 1)]?.device;
      return { code: device?.code(app.clock() + pick.offset * 30_000) ?? '000000' };
    }
    case 'two codes': {
      const { factors } = users[user];
      const device = factors[pick.index % (factors.length || 1)]?.device;
      const shown = (offset: number): string => device?.code(app.clock() + offset * 30_000) ?? '000000';
      const wrong = '0'.repeat(device?.digits ?? 6);
      return {
        code: pick.half === 'first' ? wrong : shown(pick.offset - 1),
        nextCode: pick.half === 'second' ? wrong : shown(pick.offset),
      };
    }
    case 'last code':
      return { code: drawers[user].lastCode };
    case 'any code':
      return { code: pick.code };
    case 'backup code':
      return { backupCode: newest(user)[pick.index] ?? 'ZZZZ-ZZZZ' };
    case 'old backup code':
      return { backupCode: drawers[user].backupCodes[pick.index] ?? 'ZZZZ-ZZZZ' };
    case 'foreign backup code':
      return { backupCode: newest(other)[pick.index] ?? 'ZZZZ-ZZZZ' };
    case 'any backup code':
      return { backupCode: 'ZZZZ-ZZZZ' };
  }
}
