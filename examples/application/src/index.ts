/** Public names of the example application. */
export { addDemoAccounts, DEMO_ACCOUNTS } from './demo-accounts.ts';
export { announce } from './announce.ts';
export { closeServer, stopOnSignal } from './stop.ts';
export { createApplication } from './application.ts';
export { exitIfTaken, listenOn } from './listen.ts';
export { NO_STORE, pageFiles, securityHeaders } from './page-files.ts';
export { pageSources } from './page-sources.ts';
export { readOrMakeKey } from './key-file.ts';
export { Refusal, toReply } from './reply.ts';
export { sameOrigin } from './same-origin.ts';

export type { Application, ApplicationOptions } from './application.ts';
export type { PageFile } from './page-files.ts';
export type { PageSources } from './page-sources.ts';
export type { Reply } from './reply.ts';
export type { Session } from './sessions.ts';
export type { Sql, SqlRow } from './sql.ts';
export type { Visitor } from './visitor.ts';
