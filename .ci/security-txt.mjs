// security.txt (RFC 9116): where to report a weakness. There is none until a contact and its end are set.

/** Where it is kept, and where the site serves it. */
export const SECURITY_TXT = '.well-known/security.txt';

/** RFC 9116 §2.5.5 recommends less than a year: what is older may lead to nobody. */
const LONGEST_DAYS = 366;
const DAY_MS = 86_400_000;

/** No file, and why. */
const nothing = (...complaints) => ({ text: null, complaints });

/**
 * @param {{ securityContact: string | null, securityExpires: string | null }} project
 * @param {number} nowMs
 * @returns {{ text: string | null, complaints: string[] }} `null`: there is to be no file
 */
export function securityTxt({ securityContact: contact, securityExpires: expires }, nowMs) {
  if (contact === null && expires === null) return nothing();
  if (contact === null || expires === null)
    return nothing('set both `securityContact` and `securityExpires`, or neither');
  if (!/^(?:mailto:|https:\/\/|tel:)\S+$/.test(contact))
    return nothing('`securityContact` is no mailto:, https:// or tel: URI');
  const days = (Date.parse(expires) - nowMs) / DAY_MS;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(expires) || Number.isNaN(days)) {
    return nothing('`securityExpires` is not like 2027-01-31T00:00:00Z');
  }
  if (days <= 0) return nothing('`securityExpires` is over: ask the contact whether it still holds, and set a new one');
  if (days > LONGEST_DAYS) return nothing('`securityExpires` is more than a year away');
  return { text: `Contact: ${contact}\nExpires: ${expires}\nPreferred-Languages: en\n`, complaints: [] };
}
