// On a narrow screen the sidebar is a drawer over the page. Whoever chose something in it wants to see what was chosen:
// a page, a preset or a run closes it. Streamlit's own drawer stays open, and would be open again after a reload.

const NARROW = "(max-width: 768px)"; // Streamlit's, below which the sidebar lies over the page
const CHOICES = 'a[href], [class*="st-key-preset-"] button, [role="option"]'; // an option stands in a layer of its own

function close() {
  const drawer = document.querySelector('[data-testid="stSidebar"][data-collapsed="false"]');
  drawer?.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
}

export default function () {
  if (window.labDrawer) return;
  window.labDrawer = true;
  document.addEventListener("click", ({ target }) => {
    const choice = target.closest?.(CHOICES);
    const inside = choice && (choice.matches('[role="option"]') || choice.closest('[data-testid="stSidebar"]'));
    if (inside && matchMedia(NARROW).matches) setTimeout(close, 50); // the choice itself comes first
  });
}
