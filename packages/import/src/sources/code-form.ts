/** The options that tell in which form backup codes were hashed. */
import type { CodeForm } from '@mfakit/core';
import { SourceOptionError, listOf } from './options.ts';
import type { OptionValues, SourceOption } from './source.ts';

/** For sources that leave the form of their codes to the application. */
export const CODE_FORM_OPTIONS: Readonly<Record<'codeLetters' | 'codeGroups', SourceOption>> = {
  codeLetters: {
    description: 'Letters of backup codes: as typed, or all upper or lower case',
    oneOf: ['keep', 'upper', 'lower'],
  },
  codeGroups: { description: 'Lengths of the groups between dashes in which codes were hashed, such as 4,4' },
};

/** The form that the options describe. */
export function codeFormOf(values: OptionValues<keyof typeof CODE_FORM_OPTIONS>): CodeForm | undefined {
  const groups = listOf(values.codeGroups).map((text) => {
    if (!/^[1-9]\d?$/.test(text)) throw new SourceOptionError('codeGroups', 'must be a list of lengths, such as 4,4');
    return Number(text);
  });
  const letters = values.codeLetters as CodeForm['letters'];
  if (letters === undefined && groups.length === 0) return undefined;
  return { ...(letters !== undefined && { letters }), ...(groups.length > 0 && { groups }) };
}
