// Choosing a place on a chart, dragging its points, saving it as a picture. chart.py puts this behind drawing.js.

const NEAR = { mouse: 16, pen: 24, touch: 36 }; // pixels from a point within which a hand takes hold of it
const STILL = 5; // pixels that a click or a tap may wander

// Where an event is on the plot, in pixels; null outside the axes.
function at(plot, event) {
  const { xaxis, yaxis } = plot._fullLayout;
  const box = plot.getBoundingClientRect();
  const x = event.clientX - box.left - xaxis._offset;
  const y = event.clientY - box.top - yaxis._offset;
  return x < 0 || y < 0 || x > xaxis._length || y > yaxis._length ? null : { x, y };
}

// The point of the draggable trace that a hand at this place means. A trace is draggable between two values that it
// names in `meta.draggable`.
function nearest(plot, place, reach) {
  const { xaxis, yaxis } = plot._fullLayout;
  const trace = plot.data.findIndex((t) => t.meta?.draggable);
  if (trace < 0) return null;
  const { x, y } = plot.data[trace];
  const away = (k) => Math.hypot(xaxis.d2p(x[k]) - place.x, yaxis.d2p(y[k]) - place.y);
  let point = 0;
  for (let k = 1; k < x.length; k++) if (away(k) < away(point)) point = k;
  return away(point) <= reach ? { trace, point } : null;
}

// Called at every drawing: `tell(name, value)` reaches Python. One message is under way at a time; the drawing that
// answers it sends the next, so a slow server is never flooded and a fast one follows the hand.
function gestures(plot, names, tell) {
  const first = !plot.labHand;
  const hand = (plot.labHand ??= {});
  hand.send = (name, value) => {
    hand.sent = performance.now();
    hand.next = null;
    tell(name, value);
  };
  hand.follow = (name, value) => {
    if (hand.sent && performance.now() - hand.sent < 1000) hand.next = [name, value];
    else hand.send(name, value);
  };
  hand.sent = 0;
  if (hand.next) hand.send(...hand.next);
  if (!first) return;
  const spot = names.includes("spot"); // a place on a picture, by x and y; a click or a tap alone
  const pick = names.includes("pick");
  const drag = names.includes("drag");
  const cursor = (name) => (plot.querySelector(".nsewdrag").style.cursor = name);
  plot.style.touchAction = pick ? "pan-y" : ""; // a finger sliding along chooses, one sliding up scrolls the page
  cursor(pick || spot ? "pointer" : "");

  plot.addEventListener("pointerdown", (event) => {
    const place = at(plot, event);
    if (!place || event.button > 0 || event.target.closest(".modebar")) return;
    hand.from = { ...place, clientX: event.clientX, clientY: event.clientY };
    hand.moved = false;
    const held = drag && nearest(plot, place, NEAR[event.pointerType] ?? NEAR.mouse);
    if (held) {
      const { range, _length } = plot._fullLayout.yaxis;
      const y = [...plot.data[held.trace].y];
      const limits = plot.data[held.trace].meta.draggable;
      hand.held = { ...held, y, limits, start: y[held.point], perPixel: (range[1] - range[0]) / _length, range: [...range] };
    }
    if (!held && !pick && !spot) return;
    window.Plotly.Fx.unhover(plot); // its label would stay where the hand began
    plot.setPointerCapture(event.pointerId);
  });
  // Else the page would scroll away under a finger that holds a point.
  plot.addEventListener("touchstart", (event) => hand.held && event.preventDefault(), { passive: false });
  plot.addEventListener("pointermove", (event) => {
    if (!hand.from) {
      if (drag && !event.buttons) {
        const place = at(plot, event);
        cursor(place && nearest(plot, place, NEAR.mouse) ? "ns-resize" : "");
      }
      return;
    }
    const wandered = Math.hypot(event.clientX - hand.from.clientX, event.clientY - hand.from.clientY);
    if (wandered > STILL) hand.moved = true;
    if (!hand.moved) return;
    if (hand.held) {
      const { held } = hand;
      const y = held.start + (hand.from.clientY - event.clientY) * held.perPixel;
      held.y[held.point] = Math.min(Math.max(y, held.limits[0]), held.limits[1]);
      held.range = [Math.min(held.range[0], held.y[held.point]), Math.max(held.range[1], held.y[held.point])];
      const axis = { "yaxis.autorange": false, "yaxis.range": [...held.range] };
      plot.labDrawing = null; // what stands there is no longer what came
      window.Plotly.update(plot, { y: [[...held.y]] }, axis, [held.trace]);
      hand.follow("drag", { point: held.point, value: held.y[held.point] });
    } else if (pick) {
      const place = at(plot, event);
      if (place) hand.follow("pick", plot._fullLayout.xaxis.p2d(place.x));
    }
  });
  plot.addEventListener("pointerup", (event) => {
    const { held, from, moved } = hand;
    hand.from = hand.held = null;
    if (held && moved) hand.send("drag", { point: held.point, value: held.y[held.point] });
    else if (spot && from && !moved) {
      const { xaxis, yaxis } = plot._fullLayout;
      hand.send("spot", { x: xaxis.p2d(from.x), y: yaxis.p2d(from.y) });
    } else if (pick && from) hand.send("pick", plot._fullLayout.xaxis.p2d((at(plot, event) ?? from).x));
  });
  plot.addEventListener("pointercancel", () => {
    hand.from = hand.held = hand.next = plot.labDrawing = null; // the page scrolls instead; draw as it was
    plot.labDraw();
  });
}

// While a hand holds a point, a drawing from the server leaves the point and the scale to the hand.
function keepHeld(plot, traces, layout) {
  const held = plot.labHand?.held;
  if (!held) return;
  traces[held.trace].y = [...held.y];
  layout.yaxis = { ...layout.yaxis, autorange: false, range: [...held.range] };
}

// The buttons that save a chart, on its own background: the page's is not in the figure. Made once a plot, because
// Plotly draws a plot anew when its buttons change.
function saveButtons(plot) {
  const button = (format, icon) => ({
    name: `save-${format}`,
    title: `Save as ${format.toUpperCase()}`,
    icon: window.Plotly.Icons[icon],
    click: () => {
      const { background } = themeOf(plot.parentElement).palette;
      const layout = { ...plot.layout, paper_bgcolor: background, plot_bgcolor: background };
      const size = { width: plot.clientWidth, height: plot.clientHeight, scale: format === "png" ? 2 : 1 };
      window.Plotly.downloadImage({ data: plot.data, layout }, { format, filename: plot.labFile, ...size });
    },
  });
  return (plot.labButtons ??= [button("png", "camera"), button("svg", "disk")]);
}
