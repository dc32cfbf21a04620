export default ({ data, parentElement, setTriggerValue }) => {
  let root = parentElement.querySelector(":scope > .lab-diagram");
  if (!root) {
    root = document.createElement("div");
    root.className = "lab-diagram";
    root.tabIndex = 0;
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "One step of the cell; the arrow keys step through time");
    root.style.outlineOffset = "4px";
    parentElement.append(root);
  }
  root.dataset.testid = `diagram-${data.key}`;
  root.onkeydown = (e) => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
    if (!move) return;
    e.preventDefault();
    setTriggerValue("move", move);
  };
  clearInterval(root.labTimer);
  if (data.playing)
    root.labTimer = setInterval(() => (root.isConnected ? setTriggerValue("move", 1) : clearInterval(root.labTimer)), 900);
  const show = () => {
    if (!parentElement.isConnected) return;
    if (window.labPaint) root.innerHTML = window.labPaint(data.svg, parentElement);
    else setTimeout(show, 50); // the palette comes with Plotly
  };
  show();
};
