/** Public names of @mfakit/notify. */
export { ENGLISH } from './english.ts';
export { messageIdOf } from './message-id.ts';
export { noticeFor } from './notice.ts';
export { runOutbox, tellOnce } from './run-outbox.ts';
export { NOT_TOLD, TOLD } from './told.ts';

export type { Facts, NoticeTexts, Says } from './english.ts';
export type { Notice, NoticeContext, NoticeKind } from './notice.ts';
export type { Delivery, OutboxReport, RunOptions, Send, TellOptions } from './run-outbox.ts';
