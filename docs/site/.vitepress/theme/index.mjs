// The theme of VitePress with the fonts of the system, and with links that load a page: browsers then say where the reader is,
// and no page is needed in a second form.
import Theme from 'vitepress/theme-without-fonts';
import './style.css';

const pageOf = (href) => new URL(href, window.location.href).pathname.replace(/(?:index)?(?:\.html)?$/, '');

function loadPages(router) {
  let isLoaded = false;
  router.onBeforeRouteChange = (href) => {
    if (pageOf(href) === pageOf(window.location.href)) return true;
    window.location.assign(href);
    return false;
  };
  router.onAfterPageLoad = () => {
    isLoaded = true;
  };
  // Going back to another place of the same page is no reason to load it.
  router.onBeforePageLoad = () => !isLoaded;
}

export default {
  extends: Theme,
  enhanceApp({ router }) {
    if (!import.meta.env.SSR) loadPages(router);
  },
};
