/** Kinds: what an element offers to add, as its attribute `kinds` has it. */
import type { Kind } from '../machines/enroll.ts';

/** @returns in the order of the attribute; both if there is none */
export function kindsOf(element: Element): readonly Kind[] {
  const named = (element.getAttribute('kinds') ?? 'passkey totp').split(/\s+/);
  return named.filter((kind): kind is Kind => kind === 'passkey' || kind === 'totp');
}
