// One weight, in the browser alone: two sliders, and the gradient through so many steps as a curve. weight.py gives the figure
// with its colours; here its points are computed.

function build(parentElement, { w, steps }) {
  const root = document.createElement("div");
  root.className = "lab-weight";
  root.innerHTML = `<label>Weight w <b></b><input type="range" min="0.5" max="1.5" step="0.01" value="${w}"></label>
    <label>Steps T <b></b><input type="range" min="5" max="100" step="1" value="${steps}"></label>
    <p aria-live="polite"></p><div class="lab-weight-chart"></div>`;
  parentElement.append(root);
  return root;
}

// The derivative of the last state by the state k steps before, k from 0: of h = w h, and of h = tanh(w h) from h0 = 0.5.
function gradients(w, steps) {
  const linear = [1];
  const states = [0.5];
  for (let k = 1; k <= steps; k++) {
    linear.push(linear.at(-1) * w);
    states.push(Math.tanh(w * states.at(-1)));
  }
  const squashed = [1];
  for (let k = 1; k <= steps; k++) squashed.push(squashed.at(-1) * w * (1 - states[steps - k + 1] ** 2));
  return { linear, squashed };
}

const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

function written(v) {
  if (v >= 1e-4 && v < 10000) return String(Number(v.toPrecision(3)));
  const [digits, power] = v.toExponential(1).replace("+", "").split("e");
  return `${digits} · 10${[...power].map((c) => RAISED[c]).join("")}`;
}

function sentence(w, steps, last) {
  const times = `${w.toFixed(2)} to the power of ${steps} is ${written(last)}`;
  if (Math.abs(w - 1) < 1e-9) return `${times}: at the edge. The first step counts as much as the last.`;
  if (w < 1) return `${times}: below 1 it vanishes.`;
  return `${times}: above 1 it explodes, unless the tanh saturates and shuts it off.`;
}

export default ({ data, parentElement }) => {
  const root = parentElement.querySelector(".lab-weight") ?? build(parentElement, data);
  const [weight, steps] = root.querySelectorAll("input");
  const [shownWeight, shownSteps] = root.querySelectorAll("b");
  const figure = JSON.parse(data.figure);
  const show = () => {
    const [w, t] = [Number(weight.value), Number(steps.value)];
    const { linear, squashed } = gradients(w, t);
    shownWeight.textContent = w.toFixed(2);
    shownSteps.textContent = String(t);
    root.querySelector("p").textContent = sentence(w, t, linear.at(-1));
    const x = linear.map((_, k) => k);
    const [one, other, edge] = figure.data;
    const decades = Math.max(2, ...[linear, squashed].map((ys) => Math.ceil(Math.abs(Math.log10(Math.max(ys.at(-1), 1e-30))) + 0.2)));
    const yaxis = { ...figure.layout.yaxis, dtick: decades > 8 ? 4 : 1, range: [-Math.min(decades, 20), w > 1 ? Math.min(decades, 20) : 0.5] };
    const drawn = {
      data: [{ ...one, x, y: linear }, { ...other, x, y: squashed }, { ...edge, x: [0, t], y: [1, 1] }],
      layout: { ...figure.layout, yaxis, xaxis: { ...figure.layout.xaxis, range: [0, t] } },
    };
    const chart = { key: "weight", height: 300, share: null, alt: data.alt, file: "one-weight", gestures: [], moves: false, caption: "", frames: [] };
    (window.labCharts ??= []).push({
      data: { ...chart, figure: JSON.stringify(drawn) },
      parentElement: root.querySelector(".lab-weight-chart"),
      setTriggerValue: () => {},
    });
  };
  weight.oninput = steps.oninput = show;
  show();
  return () => window.labCharts.drop?.(root.querySelector(".lab-weight-chart"));
};
