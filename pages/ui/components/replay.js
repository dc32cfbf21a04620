// A bar to replay a run by: play, a slider over its epochs, and the way back to the newest. live.py makes it a component;
// the clock that it moves is in clock.js.
const PLAY = '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M4 2.5v11l9-5.5z"/></svg>';
const PAUSE = '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M4 2.5h3v11H4zm5 0h3v11H9z"/></svg>';

function build(parentElement) {
  const bar = document.createElement("div");
  bar.className = "lab-replay";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Replay of the training");
  bar.innerHTML = `<button type="button" class="lab-play"></button>
    <input type="range" min="0" step="1" aria-label="Epoch shown">
    <span class="lab-epoch"> </span><button type="button" class="lab-latest">Latest</button>`;
  const [play, slider, words, latest] = bar.children;
  const clock = () => window.labCharts.clock;
  play.onclick = () => (clock().playing ? clock().pause() : clock().replay());
  slider.oninput = () => clock().seek(Number(slider.value));
  latest.onclick = () => clock().latest();
  bar.labShow = () => {
    const { end, playing, following, live } = clock();
    const shown = clock().epoch();
    if (bar.labShown === `${shown} ${end} ${playing} ${following} ${live}`) return;
    bar.labShown = `${shown} ${end} ${playing} ${following} ${live}`;
    if (bar.labPlaying !== playing) {
      bar.labPlaying = playing;
      play.innerHTML = playing ? PAUSE : PLAY;
      play.title = playing ? "Hold the replay" : "Replay the training from its first epoch, or from the one shown";
      play.setAttribute("aria-label", playing ? "Hold the replay" : "Replay");
    }
    slider.max = String(Math.floor(end));
    slider.value = String(shown);
    slider.disabled = play.disabled = end < 1;
    slider.setAttribute("aria-valuetext", `Epoch ${shown} of ${Math.floor(end)}`);
    words.firstChild.nodeValue = `Epoch ${shown}`; // its text alone, so that the browser need not look at what is around it
    bar.dataset.epoch = String(shown);
    latest.hidden = following || !live;
  };
  bar.labPlaying = null;
  parentElement.append(bar);
  return bar;
}

export default ({ data, parentElement }) => {
  const bar = parentElement.querySelector(".lab-replay") ?? build(parentElement);
  const begin = () => {
    const { clock } = window.labCharts;
    clock.bar = bar;
    clock.follow(data.run, data.epoch, data.live);
    bar.labShow();
  };
  // The charts' loader may still be on its way.
  if (window.labCharts?.clock) begin();
  else (window.labWaiting ??= []).push(begin);
};
