/** Internals: parts of our packages that have no public name, from sources or from the build, as this file itself is. */
import type * as Threads from '../../core/src/crypto/argon2id-threads.ts';
import type * as Inline from '../../core/src/crypto/argon2id-inline.ts';
import type * as NodeCrypto from '../../core/src/crypto/argon2id-node.ts';
import type * as Token from '../../core/src/crypto/challenge-token.ts';
import type * as Keyring from '../../core/src/crypto/keyring.ts';
import type * as Sealer from '../../core/src/crypto/sealer.ts';
import type * as Totp from '../../core/src/factors/totp.ts';
import type * as Record from '../../core/src/record.ts';
import type * as Attempt from '../../core/src/transitions/attempt.ts';
import type * as Reseal from '../../core/src/transitions/reseal.ts';
import type * as Verify from '../../core/src/transitions/verify.ts';
import type * as Statements from '../../postgres/src/statements.ts';
import type * as Tables from '../../postgres/src/tables.ts';

const built = import.meta.url.endsWith('.js');

/** @param path - of a module without its extension, such as `core/factors/totp` */
async function load<Module>(path: string): Promise<Module> {
  const [name, ...rest] = path.split('/');
  const file = `../../${name}/${built ? 'dist' : 'src'}/${rest.join('/')}.${built ? 'js' : 'ts'}`;
  return (await import(/* @vite-ignore */ new URL(file, import.meta.url).href)) as Module;
}

const totpModule = await load<typeof Totp>('core/factors/totp');
const recordModule = await load<typeof Record>('core/record');
const keyringModule = await load<typeof Keyring>('core/crypto/keyring');
const sealerModule = await load<typeof Sealer>('core/crypto/sealer');
const tokenModule = await load<typeof Token>('core/crypto/challenge-token');
const resealModule = await load<typeof Reseal>('core/transitions/reseal');
const attemptModule = await load<typeof Attempt>('core/transitions/attempt');
const verifyModule = await load<typeof Verify>('core/transitions/verify');
const threadsModule = await load<typeof Threads>('core/crypto/argon2id-threads');
const inlineModule = await load<typeof Inline>('core/crypto/argon2id-inline');
const nodeCryptoModule = await load<typeof NodeCrypto>('core/crypto/argon2id-node');
const statementsModule = await load<typeof Statements>('postgres/statements');
const tablesModule = await load<typeof Tables>('postgres/tables');

export const matchTotp: typeof Totp.matchTotp = totpModule.matchTotp;
export const parseRecord: typeof Record.parseRecord = recordModule.parseRecord;
export const deriveKeyring: typeof Keyring.deriveKeyring = keyringModule.deriveKeyring;
export const createSealer: typeof Sealer.createSealer = sealerModule.createSealer;
export const openChallenge: typeof Token.openChallenge = tokenModule.openChallenge;
export const sealChallenge: typeof Token.sealChallenge = tokenModule.sealChallenge;
export const totpSecretContext: typeof Reseal.totpSecretContext = resealModule.totpSecretContext;
export const settle: typeof Attempt.settle = attemptModule.settle;
export const verifyAttempt: typeof Verify.verifyAttempt = verifyModule.verifyAttempt;
export const threadHasher: typeof Threads.threadHasher = threadsModule.threadHasher;
export const inlineHasher: typeof Inline.inlineHasher = inlineModule.inlineHasher;
export const nodeHasher: typeof NodeCrypto.nodeHasher = nodeCryptoModule.nodeHasher;
export const statements: typeof Statements.statements = statementsModule.statements;
export const tablesIn: typeof Tables.tablesIn = tablesModule.tablesIn;
