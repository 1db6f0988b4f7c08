/** Show password: buttons beside fields of passwords. */

/** Prepares those of the page. */
export function offerToShowPasswords(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('.show-password')) {
    const input = button.parentElement?.querySelector('input');
    button.disabled = false;
    button.addEventListener('click', () => {
      if (!input) return;
      const shown = input.type === 'text';
      input.type = shown ? 'password' : 'text';
      button.textContent = shown ? 'Show password' : 'Hide password';
    });
  }
}
