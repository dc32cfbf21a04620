// A line of words over a bar. It stands outside the charts' loader, as it is wanted before Plotly is there.
export default ({ data, parentElement }) => {
  let line = parentElement.querySelector(".lab-progress");
  if (!line) {
    line = document.createElement("div");
    line.className = "lab-progress";
    line.innerHTML = '<p> </p><div class="lab-bar" role="progressbar" aria-label="Training" aria-valuemin="0" ' +
      'aria-valuemax="100"><div></div></div>';
    const [text, bar] = line.children;
    let moved = 0;
    line.labShow = ({ words, share, busy }) => {
      text.firstChild.nodeValue = words;
      clearInterval(line.labTimer);
      bar.setAttribute("aria-valuenow", Math.round(100 * share));
      bar.firstChild.style.width = `${busy ? 12 : 100 * share}%`;
      bar.firstChild.style.marginLeft = "0";
      // Not an animation of the browser's, which would paint sixty times a second on the cores that compile.
      const move = () => (bar.firstChild.style.marginLeft = `${8 * Math.abs((moved++ % 22) - 11)}%`);
      if (busy) line.labTimer = setInterval(move, 250);
    };
    parentElement.append(line);
  }
  line.labShow(data);
  return () => line.isConnected || clearInterval(line.labTimer);
};
