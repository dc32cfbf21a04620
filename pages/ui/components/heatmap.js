// A heatmap answers in two steps. chart.py puts this behind drawing.js.

const REST = 300; // milliseconds without a change, after which a heatmap is drawn as a whole

// Where nothing but the values of a heatmap has changed, its picture is painted at once: a tenth of the time that Plotly
// takes for the whole chart, so that six of them follow a hand. The colours keep the scale that stands beside them; the
// rest (the scale's new ends, the values that the mouse reads) follows when the hand rests, or points at the chart.
function repaint(plot, figure) {
  const image = plot.querySelector(".heatmaplayer image");
  const [trace] = figure.data;
  const { xaxis, yaxis } = plot._fullLayout ?? {};
  const whole = xaxis?.autorange === true && yaxis?.autorange === true; // zoomed, the picture is a part
  if (!image || !whole || plot.matches(":hover") || plot.labFrame === null || plot.labFrame !== plot.labDrawnFrame) return false;
  // The attribute that Plotly writes; of the two, a plain `href` would win over it.
  image.setAttributeNS("http://www.w3.org/1999/xlink", "xlink:href", pixels(trace, plot.data[0]));
  image.style.imageRendering = "pixelated";
  plot.dataset.updates = String(Number(plot.dataset.updates) + 1);
  clearTimeout(plot.labPainted);
  plot.labPainted = setTimeout(() => settle(plot), REST);
  return true;
}

function settle(plot) {
  if (plot.labPainted) plot.labDraw(true);
}

// All of a figure but its values: of one heatmap with their scale, of lines with the numbers along the axis. Where it stays the
// same, the values alone can be painted. Null for any other figure.
function frame({ data, layout, ...rest }) {
  const heatmap = data.length === 1 && data[0].type === "heatmap";
  const plain = ({ type, mode, fill }) => type === "scatter" && (mode === "lines" || mode === "markers") && !fill;
  if (!heatmap && !(data.length && layout?.meta && data.every(plain))) return null;
  const left = heatmap ? ["z", "zmin", "zmax", "colorbar"] : ["x", "y"];
  const traces = data.map((trace) => Object.fromEntries(Object.entries(trace).filter(([key]) => !left.includes(key))));
  return JSON.stringify([traces, layout, rest]);
}

// The values of a trace as a PNG of one pixel each, the first row at the foot, in the colours that are drawn.
function pixels({ z }, { zmin, zmax, colorscale }) {
  const [height, width] = z.shape.split(",").map(Number);
  const values = new Float32Array(Uint8Array.from(atob(z.bdata), (c) => c.charCodeAt(0)).buffer);
  const colours = ramp(colorscale);
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const target = new Uint32Array(image.data.buffer);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const share = (values[row * width + column] - zmin) / (zmax - zmin);
      target[(height - 1 - row) * width + column] = colours[Math.round(255 * Math.min(Math.max(share, 0), 1))];
    }
  }
  context.putImageData(image, 0, 0);
  return canvas.toDataURL("image/png");
}

// 256 colours along a scale of `[share, colour]`; the browser reads and mixes them.
const ramps = {};
function ramp(colorscale) {
  return (ramps[JSON.stringify(colorscale)] ??= (() => {
    const context = Object.assign(document.createElement("canvas"), { width: 256, height: 1 }).getContext("2d");
    context.fillStyle = context.createLinearGradient(0, 0, 256, 0);
    for (const [share, colour] of colorscale) context.fillStyle.addColorStop(share, colour);
    context.fillRect(0, 0, 256, 1);
    return new Uint32Array(context.getImageData(0, 0, 256, 1).data.buffer);
  })());
}
