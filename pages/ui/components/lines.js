// Lines drawn anew without Plotly. chart.py puts this behind drawing.js.
//
// Plotly takes 20 to 80 ms for a whole chart on a small machine, and a run draws three of them many times a second on the
// cores that train. Where only the points of lines and markers have changed, their paths are written directly.

const QUIET = 1500; // milliseconds without a change, after which Plotly draws the chart, with axes that fit

// True where that could be done; false where the chart must be drawn as a whole: another frame, a line that begins or
// ends, a point outside the axes, a mouse that reads values.
function redraw(plot, figure) {
  const { xaxis, yaxis } = plot._fullLayout ?? {};
  if (plot.labFrame === null || plot.labFrame !== plot.labDrawnFrame || !xaxis || plot.matches(":hover")) return false;
  if (plot.data?.length !== figure.data.length || figure.data[0].type !== "scatter") return false;
  const ours = String(plot.labRange) === String(yaxis.range); // else the user has zoomed
  const paths = [];
  let lower = []; // the points of the trace before, down to which a band is filled
  for (const [k, trace] of figure.data.entries()) {
    const full = plot._fullData[k];
    if (full.visible !== true) continue; // hidden by a click on the legend
    const group = plot.querySelector(`.trace${full.uid}`);
    const points = places(trace, xaxis, yaxis);
    if (ours && points.some((p) => p && (p[1] < -1 || p[1] > yaxis._length + 1))) return false;
    if (trace.fill === "tonexty") {
      // Plotly keeps the area with the trace under it.
      const area = plot.querySelector(`.trace${plot._fullData[k - 1]?.uid} .js-fill`);
      if (!area || points.filter(Boolean).length < 2) return false;
      paths.push([area, "d", `${drawn(points)}L${drawn(lower.reverse()).slice(1)}Z`]);
    } else if (trace.line?.width === 0) {
      lower = points;
    } else if (trace.mode === "lines") {
      const line = group?.querySelector(".js-line");
      const there = points.filter(Boolean).length;
      if (!line ? there > 0 : there < 2) return false;
      if (line) paths.push([line, "d", drawn(points)]);
    } else {
      const marks = [...(group?.querySelectorAll(".points .point") ?? [])];
      if (marks.length !== points.length) return false;
      points.forEach((p, i) => p && paths.push([marks[i], "transform", `translate(${p[0]},${p[1]})`]));
    }
  }
  for (const [element, name, value] of paths) {
    element.setAttribute(name, value);
    for (let other = element.nextSibling; name === "d" && other; other = other.nextSibling) other.setAttribute("d", "");
  }
  figure.data.forEach(({ x, y }, k) => Object.assign(plot.data[k], { x, y })); // what a zoom, or a picture that is saved, begins with
  plot.dataset.updates = String(Number(plot.dataset.updates) + 1);
  clearTimeout(plot.labPainted);
  plot.labPainted = setTimeout(() => settle(plot), QUIET);
  return true;
}

// Where the points of a trace lie on the plot, in pixels; null for a gap.
function places({ x, y }, xaxis, yaxis) {
  // Dates are slow to read, and the same from one moment to the next.
  const key = `${xaxis.range} ${xaxis._length} ${x.length} ${x[0]} ${x.at(-1)}`;
  const across = typeof x[0] === "string" ? ((xaxis.labAcross ??= {})[key] ??= x.map((v) => xaxis.d2p(v))) : null;
  return x.map((v, k) => {
    if (y[k] == null) return null;
    const place = [across ? across[k] : xaxis.d2p(v), yaxis.d2p(y[k])];
    return Number.isFinite(place[0]) && Number.isFinite(place[1]) ? place : null;
  });
}

function drawn(points) {
  let path = "";
  let pen = "M";
  for (const point of points) {
    if (!point) pen = "M";
    else {
      path += `${pen}${point[0].toFixed(1)},${point[1].toFixed(1)}`;
      pen = "L";
    }
  }
  return path;
}
