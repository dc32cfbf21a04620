// Drawing for live.py. Travels once, with Plotly.js, in the loader component; PALETTES is put in front by live.py.

const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);

// What Streamlit's theme says, read once for all charts that are drawn together: to look makes the browser lay out the
// page. The probe lets it read any CSS colour notation for us.
let lookedUp = null;
function themeOf(element) {
  if (!lookedUp) setTimeout(() => (lookedUp = null));
  return (lookedUp ??= lookUp(element));
}

function lookUp(element) {
  const css = getComputedStyle(element);
  const read = (name) => css.getPropertyValue(`--st-${name}`).trim();
  const probe = document.createElement("i");
  probe.style.color = read("background-color");
  element.append(probe);
  const [r, g, b] = getComputedStyle(probe).color.match(/[\d.]+/g).map((v) => linear(v / 255));
  probe.remove();
  const dark = 0.2126 * r + 0.7152 * g + 0.0722 * b < 0.4;
  const palette = {
    ...PALETTES[dark ? "dark" : "light"],
    text: read("text-color"),
    surface: read("secondary-background-color"),
    background: read("background-color"),
  };
  return { name: dark ? "dark" : "light", font: read("font"), border: read("border-color"), palette };
}

// A copy (Plotly writes into what it is given) with every "role:name" or "role:name@opacity" made a colour.
function resolve(value, palette) {
  if (Array.isArray(value)) {
    const plain = typeof value[0] === "number" && typeof value.at(-1) === "number";  // a curve, not a [0, "role:..."]
    return plain ? value.slice() : value.map((v) => resolve(v, palette));
  }
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, resolve(v, palette)]));
  if (typeof value !== "string" || !value.startsWith("role:")) return value;
  const [name, opacity] = value.slice(5).split("@");
  const colour = palette[name];
  return opacity ? colour + Math.round(opacity * 255).toString(16).padStart(2, "0") : colour;
}

const LOWEST = 150; // pixels of a chart whose height is a share of the screen's

const touch = () => matchMedia("(pointer: coarse)").matches;

function dress(layout, theme, height, width) {
  const { palette } = theme;
  const narrow = width < 480;
  const dressed = {
    uirevision: "keep",
    // A finger on the plot scrolls the page; what needs zooming on a phone has a range slider.
    dragmode: touch() ? false : "zoom",
    ...layout,
    autosize: true,
    height,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: theme.font, size: narrow ? 11 : 12, color: palette.text },
    hoverlabel: { bgcolor: palette.surface, bordercolor: theme.border, font: { family: theme.font, color: palette.text } },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: palette.muted, activecolor: palette.text },
  };
  if (narrow && !layout.meta?.aspect) dressed.margin = { ...dressed.margin, l: 48, r: 8 };
  return dressed;
}

// The height that a chart may have: on a low screen a share of it, so that several charts fit.
const roof = ({ height, share }) => (share ? Math.round(Math.min(height, Math.max(LOWEST, share * innerHeight))) : height);

function draw({ data, parentElement, setTriggerValue }) {
  if (!parentElement.isConnected) return; // unmounted while it waited for Plotly
  let plot = parentElement.querySelector(":scope > .lab-plot");
  if (!plot) {
    plot = document.createElement("div");
    plot.className = "lab-plot";
    plot.setAttribute("role", "figure"); // an img may hold no buttons
    plot.dataset.testid = `live-${data.key}`;
    plot.dataset.updates = "0";
    const below = document.createElement("div"); // a caption in the words of the figure's own moment
    below.className = "lab-caption";
    parentElement.append(plot, below);
    window.__labMounts[data.key] = (window.__labMounts[data.key] ?? 0) + 1;
    let width = 0;
    plot.labResize = new ResizeObserver(() => {
      // Crossing to or from a narrow width changes margins and type; a hidden tab has no width at all.
      if (!plot.clientWidth || plot.clientWidth === width) return;
      width = plot.clientWidth;
      plot.labDraw();
    });
    plot.labResize.observe(plot);
    // What nobody sees is not drawn; it catches up when it is scrolled to. Whether it is seen is known a moment later.
    plot.labSeen = false;
    plot.labSight = new IntersectionObserver((sights) => {
      plot.labSeen = sights.at(-1).isIntersecting; // a busy browser tells several at once, the latest last
      if (plot.labSeen && plot.labStale) refresh(plot);
    });
    plot.labSight.observe(plot);
    plot.addEventListener("pointerenter", () => settle(plot));
  }
  plot.setAttribute("aria-label", data.alt);
  // A picture keeps its shape: its height follows the width, up to the height that was asked for.
  const stand = (height) => (parentElement.style.minHeight = plot.style.height = `${height}px`);
  stand(plot.labHeight ?? roof(data));
  plot.labFile = data.file;
  plot.labFigure = data.figure;
  write(plot, data.caption);
  plot.labFrames = data.frames;
  plot.labMoves = data.moves;
  // The next moment of a run, where nothing else has changed. It asks the browser for no width and no colour: that would
  // make it lay out the page, many times a second.
  plot.labTick = () => {
    if (isStale(plot)) return;
    const { figure, name, epoch } = moment(plot);
    if (plot.labFigure === plot.labDrawing?.[3] && name === plot.labDrawing[4]) return;
    if (!plot.labDrawing || !redraw(plot, figure)) return void plot.labDraw();
    plot.labDrawing.splice(3, 2, plot.labFigure, name);
    mark(plot, epoch);
  };
  plot.labDraw = async (whole = false) => {
    if (!plot.clientWidth) return;
    const theme = themeOf(parentElement);
    const { figure, name, epoch } = moment(plot);
    const most = roof(data);
    const drawing = [JSON.stringify(theme), plot.clientWidth, most, plot.labFigure, name];
    if (data.gestures.length && plot.labDrawing) gestures(plot, data.gestures, setTriggerValue);
    const same = drawing.map((part, k) => part === plot.labDrawing?.[k]);
    // Streamlit calls for every chart on the page when one of them changes.
    if (same.every(Boolean) && !whole) return;
    plot.labDrawing = drawing;
    mark(plot, epoch);
    if (!whole && same.slice(0, 3).every(Boolean) && (repaint(plot, figure) || redraw(plot, figure))) return;
    clearTimeout(plot.labPainted);
    plot.labPainted = null;
    plot.labDrawnFrame = plot.labFrame;
    const { aspect } = figure.layout?.meta ?? {};
    plot.labHeight = aspect ? Math.min(most, Math.round(plot.clientWidth * aspect)) : most;
    stand(plot.labHeight);
    const layout = dress(resolve(figure.layout ?? {}, theme.palette), theme, plot.labHeight, plot.clientWidth);
    layout.width = plot.clientWidth;
    const zoomed = isZoomed(plot, figure);
    if (zoomed) layout.yaxis.range = [...plot._fullLayout.yaxis.range];
    const traces = resolve(figure.data, theme.palette);
    plot.labAt = performance.now();
    keepHeld(plot, traces, layout);
    await window.Plotly.react(plot, traces, layout, {
      displaylogo: false,
      displayModeBar: "hover", // a tap, for a finger; it does not zoom, so it has what saves the picture alone
      ...(touch() ? { modeBarButtons: [saveButtons(plot)] } : { modeBarButtonsToAdd: saveButtons(plot) }),
      // Nothing leaves for Plotly's cloud.
      modeBarButtonsToRemove: ["sendChartToCloud", "select2d", "lasso2d", "autoScale2d", "toImage"],
      ...data.config,
    });
    accessible(plot);
    plot.dataset.theme = theme.name;
    plot.labRange = zoomed ? null : (layout.yaxis?.range ?? plot._fullLayout.yaxis?.range);
    if (!whole) plot.dataset.updates = String(Number(plot.dataset.updates) + 1);
    if (data.gestures.length) gestures(plot, data.gestures, setTriggerValue);
  };
  refresh(plot);
}

// Whether the user looks at a part of a chart over epochs; both axes stay then.
function isZoomed(plot, figure) {
  const own = figure.layout?.meta?.epochs && figure.layout.xaxis?.range;
  return Boolean(own && plot._fullLayout?.xaxis && String(own) !== String(plot._fullLayout.xaxis.range));
}

// Which epoch a chart of a run shows, for who measures how fresh it is; nothing where it shows none yet.
function mark(plot, epoch) {
  if (plot.labMoves && epoch >= 0) plot.dataset.epoch = String(epoch);
}

// Whether nobody sees a chart now; it is drawn once somebody does.
function isStale(plot) {
  plot.labStale = !plot.labSeen || document.hidden;
  return plot.labStale;
}

function refresh(plot) {
  if (!isStale(plot)) plot.labDraw();
}

// News of a run for the charts that are up: `{key: {figure, caption, frames}}`, of all until the epoch `end`.
function feed({ charts, end, within }) {
  for (const [key, { figure, caption, frames }] of Object.entries(charts)) {
    const plot = document.querySelector(`[data-testid="live-${key}"]`);
    if (!plot) continue;
    if (figure) plot.labFigure = figure;
    if (frames.length) joinFrames(plot, frames);
    else write(plot, caption);
    if (!plot.labMoves) refresh(plot);
  }
  clock.advance(end, within);
}

// The text alone, where there is some: to put in another node makes the browser look anew at what stands around it.
function setText(element, text) {
  if (element.firstChild) element.firstChild.nodeValue = text;
  else element.textContent = text;
}

function write(plot, caption) {
  const below = plot.nextElementSibling;
  if (below && caption) setText(below, caption);
}

// Streamlit also runs the cleanup of a call that newer data overtook; only an element that left the page is purged.
function drop(parentElement) {
  if (parentElement.isConnected) return;
  const plot = parentElement.querySelector(":scope > .lab-plot");
  if (!plot) return;
  plot.labResize.disconnect();
  plot.labSight.disconnect();
  clearTimeout(plot.labPainted);
  window.Plotly.purge(plot);
  plot.remove();
}

async function load(packed) {
  const text = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  await import(url); // a UMD bundle: it sets window.Plotly
  URL.revokeObjectURL(url);
  // A drawing that is no Plotly figure (an SVG with roles in its text) is painted in the same colours.
  window.labPaint = (text, element) =>
    text.replace(/role:(\w+)/g, (_, name) => themeOf(element).palette[name] ?? "currentColor");
  const waiting = window.labCharts ?? [];
  window.__labMounts = {};
  window.labCharts = { push: draw, drop, feed, clock };
  const plots = () => [...document.querySelectorAll(".lab-plot")];
  window.addEventListener("resize", () => plots().forEach(refresh));
  document.addEventListener("visibilitychange", () => plots().filter((plot) => plot.labStale).forEach(refresh));
  window.addEventListener("beforeprint", () => plots().forEach((plot) => (plot.labStale ? plot.labDraw() : settle(plot))));
  for (const chart of waiting) draw(chart);
  for (const begin of window.labWaiting ?? []) begin();
}

export default function ({ data }) {
  window.labPlotly ??= load(data);
}
