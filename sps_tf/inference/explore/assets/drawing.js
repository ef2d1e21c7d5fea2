// Pictures, spectrograms and curves on canvases.

const LINE_COLOURS = ["#0b62c4", "#c2410c", "#15803d", "#a21caf", "#a16207", "#0e7490", "#be123c", "#4b5563"]
// From silence to full scale, as matplotlib's "magma".
const HEAT = [[0, 0, 4], [40, 17, 89], [114, 31, 129], [183, 55, 121], [241, 96, 93], [254, 176, 120], [252, 253, 191]]

function heatColour(value) {
  const at = Math.min(Math.max(value, 0), 1) * (HEAT.length - 1)
  const low = Math.min(Math.floor(at), HEAT.length - 2)
  return HEAT[low].map((part, i) => part + (at - low) * (HEAT[low + 1][i] - part))
}

// Draws a frame in [0, 1], (height, width, 1 or 3); one of sound in colours, low notes below.
function drawFrame(canvas, frame, shape, isSound) {
  drawFrames(canvas, [frame], shape, isSound)
}

// Draws frames side by side.
function drawFrames(canvas, frames, [height, width, channels], isSound) {
  canvas.width = width * frames.length
  canvas.height = height
  const context = canvas.getContext("2d")
  const image = context.createImageData(canvas.width, height)
  frames.forEach((frame, n) => {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const from = (y * width + x) * channels
        const row = isSound ? height - 1 - y : y
        const to = 4 * (row * canvas.width + n * width + x)
        const colour = isSound
          ? heatColour(frame[from] ** 0.4) // soft overtones would not be seen otherwise
          : [0, 1, 2].map((i) => 255 * frame[from + (channels === 3 ? i : 0)])
        image.data.set([...colour, 255], to)
      }
    }
  })
  context.putImageData(image, 0, 0)
}

// Draws panels of curves above each other. A panel is {label, lines: [{values, colour, dashed}]};
// `values` may hold null. `nGiven` first points are shaded; `cursor` is a point's number.
function drawCurves(canvas, panels, { nGiven = 0, cursor = null, xLabels = [] } = {}) {
  const ratio = window.devicePixelRatio || 1
  const [bottom, gap] = [18, 12]
  const panelHeight = Math.max(54, Math.min(110, 330 / panels.length))
  const cssWidth = canvas.clientWidth || 600
  const cssHeight = panels.length * (panelHeight + gap) + bottom
  canvas.style.height = `${cssHeight}px`
  canvas.width = Math.round(cssWidth * ratio)
  canvas.height = Math.round(cssHeight * ratio)
  const context = canvas.getContext("2d")
  context.scale(ratio, ratio)
  context.font = "12px system-ui, sans-serif"
  const widths = panels.map((panel) => 1.1 * context.measureText(panel.label).width) // in bold
  const left = Math.max(44, ...widths) + 12
  const n = Math.max(...panels.flatMap((panel) => panel.lines.map((line) => line.values.length)), 2)
  const xOf = (i) => left + ((cssWidth - left - 8) * i) / (n - 1)
  panels.forEach((panel, number) => {
    const top = number * (panelHeight + gap) + gap / 2
    drawPanel(context, panel, { top, height: panelHeight, left, right: cssWidth - 8, xOf, nGiven })
  })
  if (cursor !== null) {
    context.strokeStyle = "#111827"
    context.strokeRect(xOf(cursor) - 0.5, 2, 1, cssHeight - bottom - 4)
  }
  context.fillStyle = "#4b5563"
  xLabels.forEach(([i, text]) => {
    context.textAlign = i === 0 ? "left" : i === n - 1 ? "right" : "center"
    context.fillText(text, xOf(i), cssHeight - 4)
  })
}

function drawPanel(context, panel, { top, height, left, right, xOf, nGiven }) {
  const values = panel.lines.flatMap((line) => Array.from(line.values)).filter((v) => v !== null)
  let [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1]
  const least = panel.least ?? 0.5
  if (high - low < least) [low, high] = [(low + high - least) / 2, (low + high + least) / 2]
  const pad = 0.06 * (high - low)
  const yOf = (v) => top + height - (height * (v - low + pad)) / (high - low + 2 * pad)
  context.fillStyle = "#f9fafb"
  context.fillRect(left, top, right - left, height)
  if (nGiven) {
    context.fillStyle = "#e5e7eb"
    context.fillRect(left, top, xOf(nGiven - 1) - left, height)
  }
  context.fillStyle = "#374151"
  context.textAlign = "right"
  const digits = high - low > 8 ? 0 : 1
  context.fillText(high.toFixed(digits), left - 6, top + 10)
  context.fillText(low.toFixed(digits), left - 6, top + height)
  context.save()
  context.font = "600 12px system-ui, sans-serif"
  context.fillText(panel.label, left - 6, top + height / 2 + 4)
  context.restore()
  context.lineWidth = 2
  for (const line of panel.lines) {
    context.strokeStyle = context.fillStyle = line.colour
    context.setLineDash(line.dashed ? [6, 4] : [])
    context.beginPath()
    let isOn = false
    Array.from(line.values).forEach((v, i) => {
      if (v === null) return (isOn = false)
      if (isOn) context.lineTo(xOf(i), yOf(v))
      else context.moveTo(xOf(i), yOf(v))
      isOn = true
      if (line.dots) context.fillRect(xOf(i) - 1.5, yOf(v) - 1.5, 3, 3)
    })
    if (!line.dots) context.stroke()
  }
  context.setLineDash([])
}

// Makes an element with attributes and children.
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(key, value === true ? "" : value)
  }
  element.append(...children)
  return element
}

// A slider with its label and its value, as `show` says it; `change` is told every new number.
function makeSlider({ id, label, min, max, step, value, show, change }) {
  const output = make("output", { for: id })
  const input = make("input", { type: "range", id, min, max, step, value })
  const update = () => {
    output.textContent = show(Number(input.value), Number(input.max))
    input.setAttribute("aria-valuetext", output.textContent)
  }
  input.addEventListener("input", () => {
    update()
    change(Number(input.value))
  })
  update()
  const row = make("div", { class: "slider" }, make("label", { for: id }, label), input, output)
  return {
    row, input, update,
    get value() { return Number(input.value) },
    set value(v) {
      input.value = v
      update()
    },
  }
}

const inDeviations = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)} σ`
