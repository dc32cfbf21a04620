// The browser refuses to be given a new address more than some ten times a second, so it waits for a short rest.
export default ({ data }) => {
  clearTimeout(window.labAddress);
  window.labAddress = setTimeout(() => {
    const here = window.location;
    if (!here.pathname.endsWith(`/${data.page}`)) return; // another page came meanwhile
    const search = data.query ? `?${data.query}` : "";
    if (search !== here.search) window.history.replaceState(window.history.state, "", here.pathname + search);
  }, 150);
};
