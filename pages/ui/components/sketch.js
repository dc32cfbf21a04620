// A sheet to draw on, with a finger, a pen or a mouse. What was drawn goes to Python after each stroke, as grey bytes.

const SIDE = 280; // pixels of the sheet
const SENT = 140; // of the image that is sent
const PEN = 20; // as wide, beside the sheet, as the strokes of MNIST are beside their box

export default function ({ parentElement, setStateValue }) {
  let root = parentElement.querySelector(":scope > .lab-sketch");
  if (!root) {
    root = make();
    parentElement.append(root);
    listen(root);
  }
  root.labTell = (value) => setStateValue("ink", value);
  root.labDraw();
}

function make() {
  const root = document.createElement("div");
  root.className = "lab-sketch";
  root.innerHTML =
    `<canvas width="${SIDE}" height="${SIDE}" data-testid="sketch" role="img" aria-label="A sheet to draw one digit on"></canvas>` +
    '<button type="button">Clear</button>';
  const canvas = root.firstChild;
  Object.assign(canvas.style, {
    width: `${SIDE}px`, height: `${SIDE}px`, maxWidth: "100%", display: "block", touchAction: "none", cursor: "crosshair",
    border: "1px solid var(--st-border-color)", borderRadius: "0.5rem", background: "var(--st-background-color)",
  });
  Object.assign(root.lastChild.style, {
    marginTop: "0.5rem", padding: "0.25rem 0.75rem", font: "inherit", color: "inherit", background: "transparent",
    border: "1px solid var(--st-border-color)", borderRadius: "0.5rem", cursor: "pointer",
  });
  root.labStrokes = [];
  root.labDraw = () => {
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, SIDE, SIDE);
    pen.strokeStyle = getComputedStyle(canvas).getPropertyValue("--st-text-color") || "black";
    pen.lineWidth = PEN;
    pen.lineCap = pen.lineJoin = "round";
    for (const stroke of root.labStrokes) {
      pen.beginPath();
      pen.moveTo(...stroke[0]);
      for (const point of stroke) pen.lineTo(...point);
      pen.stroke();
    }
  };
  return root;
}

function listen(root) {
  const canvas = root.firstChild;
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * SIDE) / box.width, ((event.clientY - box.top) * SIDE) / box.height];
  };
  let stroke = null;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button > 0 || stroke) return; // a second finger draws no second line
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    stroke = { id: event.pointerId, points: [at(event)] };
    root.labStrokes.push(stroke.points);
    root.labDraw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (stroke?.id !== event.pointerId) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) stroke.points.push(at(each));
    root.labDraw();
  });
  const end = (event) => {
    if (stroke?.id !== event.pointerId) return;
    stroke = null;
    root.labTell(grey(canvas));
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  root.lastChild.addEventListener("click", () => {
    root.labStrokes = [];
    root.labDraw();
    root.labTell("");
  });
}

// How much ink lies on each pixel of a smaller sheet, whatever its colour: base64 of SENT x SENT bytes.
function grey(canvas) {
  const small = document.createElement("canvas");
  small.width = small.height = SENT;
  const pen = small.getContext("2d");
  pen.drawImage(canvas, 0, 0, SENT, SENT);
  const { data } = pen.getImageData(0, 0, SENT, SENT);
  let text = "";
  for (let k = 3; k < data.length; k += 4) text += String.fromCharCode(data[k]);
  return btoa(text);
}
