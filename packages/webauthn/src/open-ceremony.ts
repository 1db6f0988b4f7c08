/** openCeremony: what both ceremonies check before they look at the authenticator's part. */
import { checkClientData, type ExpectedClientData } from './client-data.ts';
import type { CheckedOptions } from './options.ts';
import { openResponse, readField, type OpenedResponse } from './response.ts';
import { sha256 } from './sha256.ts';

/** A response to this challenge, from one of our pages. */
export interface OpenedCeremony extends OpenedResponse {
  /** Of the client data. It is computed while the authenticator's part is read. */
  readonly hash: Promise<Uint8Array<ArrayBuffer>>;
}

/** @throws {CeremonyError} the first step that fails */
export function openCeremony(options: CheckedOptions, response: unknown, expected: ExpectedClientData): OpenedCeremony {
  const opened = openResponse(response);
  const clientData = readField(opened.inner, 'clientDataJSON');
  checkClientData(options, clientData, expected);
  return { ...opened, hash: sha256(clientData) };
}
