/** Narrator: tells the walk on a terminal of 80 columns, step by step. */
import type { MfaError } from '@mfakit/core';
import { onScreen } from './screen.ts';

/** Where the story goes. */
export interface Output {
  /** Takes one line. */
  readonly write: (line: string) => void;
  /** Whether the reader sees colours. */
  readonly colour: boolean;
}

/** Tells what happens. Every chapter and step gets its number here. */
export interface Narrator {
  /** Number of the step being told, such as `2.3`. */
  position(): string;
  chapter(title: string): void;
  /** Begins a step: who does what. */
  step(text: string): void;
  /** The call that does it. */
  call(code: string): void;
  /** What was accepted or seen. */
  ok(text: string): void;
  /** What was refused, and why. */
  refused(error: MfaError, text?: string): void;
  /** How many parallel calls ended how. */
  tally(outcomes: Readonly<Record<string, number>>): void;
  /** What goes wrong here when MFA is written by hand. */
  byHand(text: string): void;
  /** The clock was moved, or what it shows. */
  clock(text: string): void;
  /** A list, line by line as it is. */
  figure(lines: readonly string[]): void;
  /** A QR code of half blocks. */
  qrCode(lines: readonly string[]): void;
  /** Plain text outside the steps. */
  text(text: string): void;
}

const WIDTH = 80;
const STEP_INDENT = 6;
/** Fits the longest label and two spaces. */
const LABEL_WIDTH = 9;

/** SGR codes (ECMA-48 §8.3.117): the eight basic colours, which every theme keeps readable. */
const SGR = { bold: 1, dim: 2, green: 32, yellow: 33, magenta: 35, cyan: 36 } as const;

/** Makes a narrator for one telling. */
export function createNarrator({ write, colour }: Output): Narrator {
  let chapterNumber = 0;
  let stepNumber = 0;

  let afterGap = true;
  const print = (line: string): void => {
    afterGap = line === '';
    write(line);
  };
  /** One empty line, never two. */
  const gap = (): void => {
    if (!afterGap) print('');
  };

  const paint = (style: keyof typeof SGR, text: string): string =>
    colour ? `\u{1b}[${SGR[style]}m${text}\u{1b}[0m` : text;

  const labelled = (style: keyof typeof SGR, label: string, text: string): void => {
    const indent = STEP_INDENT + LABEL_WIDTH;
    wrap(text, WIDTH - indent).forEach((line, i) => {
      const margin = i === 0 ? ' '.repeat(STEP_INDENT) + paint(style, label.padEnd(LABEL_WIDTH)) : ' '.repeat(indent);
      print(margin + line);
    });
  };

  const figure = (lines: readonly string[]): void => {
    gap();
    for (const line of lines) print(' '.repeat(STEP_INDENT) + line);
    gap();
  };

  return {
    position: () => `${chapterNumber}.${stepNumber}`,

    chapter(title) {
      chapterNumber += 1;
      stepNumber = 0;
      gap();
      print(paint('bold', `${chapterNumber}. ${title}`));
      print('='.repeat(WIDTH));
    },

    step(text) {
      stepNumber += 1;
      gap();
      const number = `${chapterNumber}.${stepNumber}`.padEnd(STEP_INDENT);
      wrap(text, WIDTH - STEP_INDENT).forEach((line, i) => {
        print((i === 0 ? paint('bold', number) : ' '.repeat(STEP_INDENT)) + paint('bold', line));
      });
    },

    call: (code) => labelled('dim', 'call', code),
    ok: (text) => labelled('green', 'ok', text),
    refused: (error, text = '') => labelled('yellow', 'refused', `${error.code}: ${error.message} ${text}`.trim()),
    tally: (outcomes) => {
      const counts = Object.entries(outcomes).map(([outcome, count]) => `${count} x ${outcome}`);
      labelled('green', 'counted', counts.join(', '));
    },
    byHand: (text) => labelled('magenta', 'by hand', text),
    clock: (text) => labelled('cyan', 'clock', text),

    figure,
    qrCode(lines) {
      figure(onScreen(lines, colour));
      if (!colour) figure(['(On a dark screen some apps cannot read it.)']);
    },

    text(text) {
      gap();
      for (const line of wrap(text, WIDTH)) print(line);
    },
  };
}

/** Lines of at most `width` characters, broken at spaces. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
