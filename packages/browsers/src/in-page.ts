/** What runs inside pages: JavaScript as text, because it is handed to engines. */

/**
 * Records complaints in the page itself, once. Engines that can, put it before everything else in every page. WebKit's
 * driver cannot: there it begins with the first look at the page. To catch what happens earlier, let the page load it as
 * its first script.
 */
export const RECORDER = `
(window.mfakitComplaints ??= (() => {
  const list = [];
  const tell = (kind, text) => {
    const complaint = { kind, text, url: location.href };
    list.push(complaint);
    window.mfakitTell?.(complaint);
  };
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) => {
    // The browser asks for it, not the page.
    if (!blockedURI.endsWith('/favicon.ico')) tell('violation', [effectiveDirective, blockedURI, sample].join(' ').trim());
  });
  addEventListener('error', ({ message }) => message && tell('exception', message));
  addEventListener('unhandledrejection', ({ reason }) => tell('exception', String(reason)));
  const { error } = console;
  console.error = (...values) => {
    tell('console', values.map(String).join(' '));
    error.apply(console, values);
  };
  return list;
})());
`;

/** Functions over visible elements, for the bodies of other functions. */
export const ELEMENTS = `
const ROLES = {
  button: 'button, input[type=button], input[type=submit], input[type=reset]',
  link: 'a[href]',
  heading: 'h1, h2, h3, h4, h5, h6',
  textbox: 'textarea, input:not([type]), input:is([type=text], [type=email], [type=tel], [type=url])',
  searchbox: 'input[type=search]',
  checkbox: 'input[type=checkbox]',
  radio: 'input[type=radio]',
  combobox: 'select',
  dialog: 'dialog',
  group: 'fieldset, details',
  img: 'img',
  list: 'ul, ol',
  listitem: 'li',
  status: 'output',
  table: 'table',
  row: 'tr',
  navigation: 'nav',
  main: 'main',
};
const plain = (text) => (text || '').replace(/\\s+/g, ' ').trim();
const nameOf = (element) => {
  const ids = (element.getAttribute('aria-labelledby') ?? '').split(' ').filter(Boolean);
  return (
    plain(ids.map((id) => document.getElementById(id)?.textContent).join(' ')) ||
    plain(element.getAttribute('aria-label')) ||
    plain([...(element.labels ?? [])].map((label) => label.textContent).join(' ')) ||
    plain(element.alt) ||
    plain(element.matches('input') ? element.type === 'submit' && element.value : element.textContent) ||
    plain(element.title)
  );
};
const shown = (element) => element.checkVisibility({ checkVisibilityCSS: true }) && element.getClientRects().length > 0;
const find = (target) => {
  const { role, name, label } = Object(target);
  const selector =
    typeof target === 'string' ? target
    : label !== undefined ? 'input, select, textarea, [role]'
    : [...(ROLES[role] ? [':is(' + ROLES[role] + '):not([role])'] : []), '[role=' + CSS.escape(role) + ']'].join(', ');
  const wanted = label ?? name;
  return [...document.querySelectorAll(selector)].filter(
    (element) => shown(element) && (wanted === undefined || nameOf(element) === plain(wanted)),
  );
};
`;
