/** Pasted forms: how codes and backup codes arrive when people paste them, and whether each form still is the code. */

/** One way to paste a code. */
export interface PastedForm {
  readonly name: string;
  /** Whether it is read as the code. If not, it is `invalid_input`, and nothing is computed for it. */
  readonly passes: boolean;
  /** @param code - a code of six digits, or a backup code with its dashes */
  readonly paste: (code: string) => string;
}

type Row = readonly [name: string, paste: (code: string) => string];

/** The code with another separator between its groups: `123-456`. */
function grouped(code: string, by: string): string {
  return code.includes('-') ? code.replaceAll('-', by) : `${code.slice(0, 3)}${by}${code.slice(3)}`;
}

/** The code with something after each character. */
function sprinkled(code: string, by: string): string {
  return code.split('').join(by);
}

function fullWidth(code: string): string {
  return code.replaceAll(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfe_e0));
}

/** Its digits in another script. */
function digitsFrom(zero: number): (code: string) => string {
  return (code) => code.replaceAll(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
}

const before = (text: string) => (code: string) => text + code;
const behind = (text: string) => (code: string) => code + text;
const around = (open: string, close: string) => (code: string) => open + code + close;
const groups = (by: string) => (code: string) => grouped(code, by);

/** Both kinds: white space and characters without a shape. */
const SPACES: readonly Row[] = [
  ['as it is', (code) => code],
  ['a newline behind', behind('\n')],
  ['CRLF behind', behind('\r\n')],
  ['a tab in front', before('\t')],
  ['blank lines around', around('\n\n  ', '  \n\n')],
  ['a no-break space behind', behind('\u00A0')],
  ['a narrow no-break space between groups', groups('\u202F')],
  ['thin spaces between groups', groups('\u2009')],
  ['ideographic spaces between groups', groups('\u3000')],
  ['spaces between groups', groups(' ')],
  ['a tab between groups', groups('\t')],
  ['a line break between groups', groups('\r\n')],
  ['next line, line and paragraph separators behind', behind('\u0085\u2028\u2029')],
  ['form feed and vertical tab behind', behind('\f\v')],
  ['a zero-width space behind', behind('\u200B')],
  ['zero-width spaces between groups', groups('\u200B')],
  ['zero-width joiner and non-joiner around', around('\u200D', '\u200C')],
  ['a word joiner between groups', groups('\u2060')],
  ['a byte order mark in front', before('\uFEFF')],
  ['a left-to-right mark in front', before('\u200E')],
  ['a right-to-left mark behind', behind('\u200F')],
  ['an embedding around', around('\u202A', '\u202C')],
  ['an isolate around', around('\u2066', '\u2069')],
  ['soft hyphens between groups', groups('\u00AD')],
];

/** Both kinds: what separates groups. */
const SEPARATORS: readonly Row[] = [
  ['dashes', groups('-')],
  ['dashes between spaces', groups(' - ')],
  ['hyphens', groups('\u2010')],
  ['no-break hyphens', groups('\u2011')],
  ['en dashes', groups('\u2013')],
  ['em dashes', groups('\u2014')],
  ['minus signs', groups('\u2212')],
  ['full-width dashes', groups('\uFF0D')],
  ['dots', groups('.')],
  ['middle dots', groups('\u00B7')],
  ['the long-vowel mark that Japanese keyboards type for a dash', groups('\u30FC')],
];

/** Both kinds: what stands in front in a list. */
const MARKERS: readonly Row[] = [
  ['a bullet', before('\u2022 ')],
  ['a bullet and a tab', before('\u2022\t')],
  ['a dash as bullet', before('- ')],
  ['an en dash as bullet', before('\u2013 ')],
  ['an asterisk', before('* ')],
  ['a plus', before('+ ')],
  ['a middle dot', before('\u00B7\u00A0')],
  ['a white bullet', before('\u25E6 ')],
  ['a square', before('\u25AA ')],
  ['an empty box', before('\u2610 ')],
  ['a tick, as an emoji', before('\u2714\uFE0F ')],
  ['the mark of a quoted mail', before('> ')],
  ['1. ', before('1. ')],
  ['1. without a space', before('1.')],
  ['1. and a tab', before('1.\t')],
  ['1. and a no-break space', before('1.\u00A0')],
  ['1: ', before('1: ')],
  ['3) ', before('3) ')],
  ['3) without a space', before('3)')],
  ['(3) ', before('(3) ')],
  ['[3] ', before('[3] ')],
  ['10. ', before('10. ')],
  ['10. without a space', before('10.')],
  ['100. ', before('100. ')],
  ['a full-width number', before('\uFF11\uFF0E\u3000')],
  ['an Arabic number', before('\u0663. ')],
  ['a direction mark, then a number', before('\u200E1. ')],
  ['a dash, then a number', before('- 1. ')],
  ['a number, then a bullet', before('1. \u2022 ')],
];

/** Both kinds: quotes, and what stands behind. */
const AROUND: readonly Row[] = [
  ['double quotes', around('"', '"')],
  ['single quotes', around("'", "'")],
  ['curly double quotes', around('\u201C', '\u201D')],
  ['curly single quotes', around('\u2018', '\u2019')],
  ['low quotes', around('\u201E', '\u201C')],
  ['guillemets with their spaces', around('\u00AB\u00A0', '\u00A0\u00BB')],
  ['corner brackets', around('\u300C', '\u300D')],
  ['backticks', around('`', '`')],
  ['full-width quotes', around('\uFF02', '\uFF02')],
  ['a line of JSON', around('  "', '",\n')],
  ['a number, then quotes', around('1. "', '"')],
  ['quotes, then a number', around('"1. ', '"')],
  ['a quoted end of a sentence', around('\u201C', '.\u201D')],
  ['a dot behind', behind('.')],
  ['an ellipsis behind', behind('\u2026')],
  ['a comma behind', behind(',')],
  ['a comma and a newline behind', behind(' ,\n')],
  ['a full-width comma behind', behind('\uFF0C')],
  ['an ideographic full stop behind', behind('\u3002')],
];

/** Both kinds: other spellings of the same characters. */
const SPELLINGS: readonly Row[] = [
  ['full-width', fullWidth],
  ['mathematical bold digits', digitsFrom(0x1_d7_ce)],
  ['Arabic digits', digitsFrom(0x06_60)],
  ['Devanagari digits', digitsFrom(0x09_66)],
];

/** Neither kind. */
const REFUSED: readonly Row[] = [
  ['nothing', () => ''],
  ['spaces only', () => '   '],
  ['a bullet only', () => '\u2022 '],
  ['quotes only', () => '""'],
  ['words in front', before('code: ')],
  ['words behind', behind(' (valid)')],
  ['in brackets', around('(', ')')],
  ['a null character behind', behind('\0')],
  ['an escape character in front', before('\u001B')],
  ['a lone surrogate behind', behind('\uD800')],
  ['commas between groups', groups(',')],
  ['quotes between groups', groups("'")],
  ['underscores between groups', groups('_')],
  ['slashes between groups', groups('/')],
  ['a colon between groups', groups(':')],
  ['keycap emoji', (code) => sprinkled(code, '\uFE0F\u20E3')],
  ['combining marks', (code) => sprinkled(code, '\u0301')],
  ['a comma in front', before(',')],
  ['a fraction slash behind', behind('\u2044')],
  ['more than 64 characters', (code) => code.padEnd(65)],
];

const ONLY_CODES: readonly Row[] = [
  ['a space after every digit', (code) => sprinkled(code, ' ')],
  ['a zero-width space after every digit', (code) => sprinkled(code, '\u200B')],
  ['three groups of two, with dots', (code) => code.replace(/(..)(..)(..)/, '$1.$2.$3')],
  ['Persian digits', digitsFrom(0x06_f0)],
  ['Bengali digits', digitsFrom(0x09_e6)],
  ['Tamil digits', digitsFrom(0x0b_e6)],
  ['Thai digits', digitsFrom(0x0e_50)],
  ['Tibetan digits', digitsFrom(0x0f_20)],
  ['Burmese digits', digitsFrom(0x10_40)],
  ['Khmer digits', digitsFrom(0x17_e0)],
  ['Adlam digits', digitsFrom(0x1_e9_50)],
  ['superscript digits', (code) => code.replaceAll(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(Number(digit)))],
  ['two scripts', (code) => digitsFrom(0x06_60)(code.slice(0, 3)) + code.slice(3)],
  ['64 characters', (code) => code.padEnd(64)],
];

const NO_CODES: readonly Row[] = [
  ['a number that leaves five digits', (code) => `${code.slice(0, 1)}. ${code.slice(1)}`],
  ['a number that leaves four digits', (code) => `${code.slice(0, 2)}.${code.slice(2)}`],
  ['five digits', (code) => code.slice(1)],
  ['nine digits', (code) => `${code}789`],
  ['a code twice', (code) => `${code} ${code}`],
  ['a prefix of the sender', before('G-')],
  ['an exponent', (code) => `${code.slice(0, 2)}e${code.slice(3)}`],
  ['hexadecimal', (code) => `0x${code.slice(2)}`],
  ['letters that look like digits', (code) => `${code.slice(0, 5)}O`],
  ['Chinese numerals', () => '\u4E00\u4E8C\u4E09\u56DB\u4E94\u516D'],
];

const ONLY_BACKUP_CODES: readonly Row[] = [
  ['lower case', (code) => code.toLowerCase()],
  ['no separators', groups('')],
  ['O for 0', (code) => code.replaceAll('0', 'O')],
  ['l for 1', (code) => code.replaceAll('1', 'l')],
  ['full-width and lower case', (code) => fullWidth(code.toLowerCase())],
  [
    'mathematical letters',
    (code) => code.replaceAll(/[A-Z]/g, (letter) => String.fromCodePoint(0x1_d3_bf + letter.charCodeAt(0))),
  ],
  ['soft hyphens after every character', (code) => sprinkled(code.replaceAll('-', ''), '\u00AD')],
  ['a number and soft hyphens', (code) => `7. ${grouped(code, '\u00AD')}`],
  ['a number, quotes and a comma', around('12) \u201C', '\u201D,')],
];

const NO_BACKUP_CODES: readonly Row[] = [
  ['seven symbols', (code) => code.replaceAll('-', '').slice(0, 7)],
  ['33 symbols', (code) => code.replaceAll('-', '').repeat(3).slice(0, 33)],
  ['a U, which no code has', (code) => `${code.slice(0, -1)}U`],
  ['Cyrillic letters', () => '\u0410\u0412\u0421\u0415\u041D\u041A\u041C\u041E'],
  ['a sharp s', (code) => `${code.slice(0, -1)}\u00DF`],
  ['a dotless i', (code) => `${code.slice(0, -1)}\u0131`],
  ['a letter with an accent', (code) => `${code.slice(0, -1)}\u00C9`],
];

const SHARED = [...SPACES, ...SEPARATORS, ...MARKERS, ...AROUND, ...SPELLINGS];

function table(passing: readonly Row[], refused: readonly Row[]): readonly PastedForm[] {
  return [
    ...passing.map(([name, paste]) => ({ name, paste, passes: true })),
    ...refused.map(([name, paste]) => ({ name, paste, passes: false })),
  ];
}

/** Of a code with six digits. */
export const PASTED_CODES: readonly PastedForm[] = table([...SHARED, ...ONLY_CODES], [...REFUSED, ...NO_CODES]);

/** Of a backup code, `7KQ2-M9XD-4RTP-0WHC`. */
export const PASTED_BACKUP_CODES: readonly PastedForm[] = table(
  [...SHARED, ...ONLY_BACKUP_CODES],
  [...REFUSED, ...NO_BACKUP_CODES],
);
