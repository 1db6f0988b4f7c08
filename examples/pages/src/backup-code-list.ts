/** Backup codes on the screen: to copy, to download as text, or to print. */
import { element, onClick, say, showStep } from './page.ts';

/** Shows them as the page's step `codes`. */
export function showBackupCodes(codes: readonly string[]): void {
  element('codes').replaceChildren(
    ...codes.map((code) => {
      const item = document.createElement('li');
      item.textContent = code;
      return item;
    }),
  );
  const text = `Backup codes for Acme. Each works once.\n\n${codes.join('\n')}\n`;
  onClick(element('copy-codes'), async () => {
    await navigator.clipboard.writeText(text);
    say('Copied.');
  });
  onClick(element('download-codes'), () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    link.download = 'acme-backup-codes.txt';
    link.click();
    URL.revokeObjectURL(link.href);
    say('Saved as acme-backup-codes.txt.');
  });
  onClick(element('print-codes'), () => print());
  showStep('codes');
}
