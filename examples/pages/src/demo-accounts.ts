/** The accounts of the demo, to be filled in at the sign-in. Servers outside the demo do not serve it. */
import { element, onClick } from './page.ts';

for (const button of document.querySelectorAll<HTMLButtonElement>('[data-user-name]')) {
  onClick(button, () => {
    element('user_name', HTMLInputElement).value = button.dataset['userName'] ?? '';
    element('password', HTMLInputElement).value = button.dataset['password'] ?? '';
    document.querySelector<HTMLElement>('#sign-in .primary')?.focus();
  });
}
