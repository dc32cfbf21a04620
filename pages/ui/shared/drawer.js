// On a narrow screen the sidebar is a drawer over the page. Whoever chose something in it wants to see what was chosen:
// a page, a preset or a run closes it. Streamlit's own drawer stays open, and would be open again after a reload.

const NARROW = "(max-width: 768px)"; // Streamlit's, below which the sidebar lies over the page
const LINKS = '[data-testid="stSidebar"] a[href], [data-testid="stSidebar"] [class*="st-key-preset-"] button';

function close() {
  const drawer = document.querySelector('[data-testid="stSidebar"][data-collapsed="false"]');
  drawer?.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
}

export default function () {
  if (window.labDrawer) return;
  window.labDrawer = true;
  // The choice itself comes first.
  const choose = (what, pause) => (event) => {
    if (event.target.closest?.(what) && matchMedia(NARROW).matches) setTimeout(close, pause);
  };
  document.addEventListener("click", choose(LINKS, 50));
  // A run: the list of options stands outside the sidebar, and is gone before the click.
  document.addEventListener("pointerup", choose('[role="option"]', 300), true);
}
