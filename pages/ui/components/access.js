// A chart for the keyboard and for those who do not see it. chart.py puts this behind drawing.js.

// The chart is one figure with a label; the loose numbers of its axes are not read out one by one, and its tool bar is
// one stop of the Tab key, through which the arrow keys lead. Called after every drawing: Plotly may have made it anew.
function accessible(plot) {
  for (const svg of plot.querySelectorAll(".main-svg:not([aria-hidden])")) svg.setAttribute("aria-hidden", "true");
  const bar = plot.querySelector(".modebar");
  if (!bar) return;
  const buttons = () => [...bar.querySelectorAll("button")];
  if (!bar.labKeys) {
    bar.labKeys = true;
    bar.setAttribute("aria-label", "Chart tools");
    bar.addEventListener("keydown", (event) => {
      const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      const at = buttons().indexOf(document.activeElement);
      if (!move || at < 0) return;
      event.preventDefault();
      const next = buttons().at((at + move) % buttons().length);
      stop(buttons(), next);
      next.focus();
    });
  }
  if (buttons().filter((button) => button.tabIndex === 0).length !== 1) stop(buttons(), buttons()[0]);
}

function stop(buttons, chosen) {
  for (const button of buttons) button.tabIndex = button === chosen ? 0 : -1;
}
