/** signedBytes: what an authenticator signs, in both ceremonies. */

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** The authenticator data, and the hash of the client data. */
export async function signedBytes(
  authData: Uint8Array,
  clientData: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.of(...authData, ...(await sha256(clientData)));
}
