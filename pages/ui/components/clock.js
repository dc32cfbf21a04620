// Which epoch the charts of a run show. chart.py puts this behind drawing.js.
//
// While a run goes on, a message tells of all epochs since the last one; the clock moves through them evenly until the
// next message comes. A replay moves the same clock. A chart is a part of it where its figure says so: curves over epochs
// (`layout.meta.epochs`) are shown up to the epoch of the clock, pictures (`frames`) as they were at it.

const TICK = 125; // milliseconds between two moments of the clock
const READ = 400; // milliseconds between two drawings of a chart that a mouse points at
const REPLAY = [3000, 12000]; // a replay's shortest and longest time

const clock = { run: null, cut: Infinity, end: 0, following: true, bar: null, timer: null };

const still = () => document.hidden || matchMedia("(prefers-reduced-motion: reduce)").matches;

// Another run begins where it stands; the same one goes on.
clock.follow = (run, end, live) => {
  if (clock.run !== run) {
    clearInterval(clock.timer);
    Object.assign(clock, { run, end, cut: Infinity, following: true, playing: false, timer: null });
  }
  clock.live = live;
  clock.advance(end, 300);
};

// The training has reached `end`; be there within so many milliseconds.
clock.advance = (end, within) => {
  // What was trained first is shown at once: until then there is but a point, of the untrained network.
  const from = Math.max(clock.cut === Infinity ? clock.end : clock.cut, Math.min(end, 1));
  clock.end = end;
  if (!clock.following) clock.bar?.labShow();
  else if (end <= from || still()) clock.show(end);
  else clock.move(within, (share) => from + (end - from) * share);
};

clock.move = (milliseconds, place, then = () => {}) => {
  clearInterval(clock.timer);
  const began = performance.now();
  const step = () => {
    const share = Math.min(1, (performance.now() - began) / milliseconds);
    if (share === 1) {
      clearInterval(clock.timer);
      clock.timer = null;
    }
    clock.show(place(share));
    if (share === 1) then();
  };
  clock.timer = setInterval(step, TICK);
  step();
};

// The last whole epoch that is shown.
clock.epoch = () => Math.floor(Math.min(clock.cut, clock.end) + 1e-6);

clock.show = (epoch) => {
  clock.cut = epoch;
  clock.bar?.labShow();
  for (const plot of document.querySelectorAll(".lab-plot")) {
    // Under a mouse, which reads values, the whole chart is drawn, and so less often.
    const soon = clock.timer && plot.matches(":hover") && performance.now() - (plot.labAt ?? 0) < READ;
    if (plot.labMoves && !soon) plot.labTick();
  }
};

// Learning is fast first and slow later, so a replay spends its time evenly over the logarithm of the epochs.
clock.replay = () => {
  const from = clock.cut >= clock.end ? 0 : clock.cut;
  const [first, last] = [Math.log1p(from), Math.log1p(clock.end)];
  const time = Math.min(REPLAY[1], Math.max(REPLAY[0], clock.end * 400)) * (1 - first / Math.max(last, 1e-9));
  clock.following = false;
  clock.playing = true;
  clock.move(Math.max(time, TICK), (share) => Math.expm1(first + (last - first) * share), clock.latest);
};

clock.pause = () => {
  clearInterval(clock.timer);
  Object.assign(clock, { timer: null, playing: false, following: false });
  clock.show(Math.floor(clock.cut + 1e-6));
};

clock.seek = (epoch) => {
  clearInterval(clock.timer);
  Object.assign(clock, { timer: null, playing: false, following: epoch >= clock.end });
  clock.show(epoch);
};

clock.latest = () => {
  clock.playing = false;
  clock.seek(clock.end);
};

// The figure of a plot at this moment, and a name for the moment: where it is the same, nothing has to be drawn.
function moment(plot) {
  if (plot.labText !== plot.labFigure) {
    plot.labText = plot.labFigure;
    plot.labWhole = JSON.parse(plot.labFigure);
    plot.labFrame = frame(plot.labWhole);
  }
  const whole = plot.labWhole;
  if (plot.labFrames?.length) return picture(plot, whole);
  if (!whole.layout?.meta?.epochs) return { figure: whole, name: "" };
  const y = { ...whole.layout.yaxis, range: whole.layout.yaxis?.range ?? rangeOf(whole) };
  const data = whole.data.map((trace) => upTo(trace, clock.cut));
  const last = Math.floor(Math.max(-1, ...data.map(({ x }) => x.at(-1) ?? -1)) + 1e-6);
  return { figure: { ...whole, data, layout: { ...whole.layout, yaxis: y } }, name: String(clock.cut), epoch: last };
}

// A picture as it was at the epoch of the clock, or the first there is.
function picture(plot, whole) {
  const frames = plot.labFrames;
  const epoch = clock.following ? clock.end : clock.cut; // while it trains the newest at once: it is the fresher for it
  let k = frames.length - 1;
  while (k > 0 && frames[k].epoch > epoch + 1e-6) k--;
  const shown = frames[k];
  write(plot, shown.caption);
  const edge = whole.layout?.meta?.past ?? 0;
  const truth = whole.data.find(({ name }) => name === "truth"); // its x is that of all
  const data = whole.data.map((trace) => {
    const { after, joins, ...rest } = shown.traces[trace.name] ?? {};
    if (!after) return { ...trace, ...rest };
    const values = (shown.decoded ??= {})[trace.name] ??= floats(after);
    const y = [...trace.y.slice(0, edge), ...values]; // what lies before the cut-off stays
    if (joins && edge > 0) y[edge - 1] = truth.y[edge - 1];
    return { ...trace, ...rest, x: truth.x.slice(0, y.length), y };
  });
  return { figure: { ...whole, data }, name: `frame ${shown.epoch}`, epoch: shown.epoch };
}

const floats = (text) => [...new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer)];

// New pictures join those that are there; one that came twice stays.
function joinFrames(plot, frames) {
  const known = new Map((plot.labFrames ?? []).map((shown) => [shown.epoch, shown]));
  for (const shown of frames) if (!known.has(shown.epoch)) known.set(shown.epoch, shown);
  plot.labFrames = [...known.values()].sort((a, b) => a.epoch - b.epoch);
  if (plot.labFrames.length > 240) plot.labFrames = plot.labFrames.filter((_, k) => k % 2 === 0 || k > 200);
}

// The part of a curve up to an epoch; a single point is to be seen, too.
function upTo(trace, epoch) {
  let n = trace.x.length;
  while (n > 0 && trace.x[n - 1] > epoch + 1e-6) n--;
  const mode = n === 1 && trace.mode === "lines" ? "markers" : trace.mode;
  return { ...trace, mode, x: trace.x.slice(0, n), y: trace.y.slice(0, n) };
}

// Both ends of the vertical axis, from the whole of the curves, so that it stands while they grow into it; with room below
// (on a logarithmic axis) for what is still to come.
function rangeOf({ data, layout }) {
  const log = layout.yaxis?.type === "log";
  const values = data.flatMap(({ y }) => y).filter((v) => v != null && (!log || v > 0)).map((v) => (log ? Math.log10(v) : v));
  if (!values.length) return undefined;
  let low = values.reduce((a, b) => Math.min(a, b));
  let high = values.reduce((a, b) => Math.max(a, b));
  if (!log && layout.yaxis?.rangemode === "tozero") [low, high] = [Math.min(low, 0), Math.max(high, 0)];
  const span = high - low || (log ? 1 : Math.abs(high) || 1);
  const room = layout.meta.grows ? (log ? 0.3 : 0.1) : 0.05;
  return [low === 0 && !log ? 0 : low - (log || low < 0 ? room : 0.05) * span, high + 0.05 * span];
}
