// A path in the plane of two latents.

const MAP_PIXELS = 420
const MAP_MARGIN = 34

// Returns a function that draws a path and where the cursor is on it.
function makeMap(model) {
  if (model.names.length < 2) return () => {}
  byId("map").hidden = false
  let shown = null
  const axes = [0, 1].map((place) => {
    const select = make("select", { id: `map-axis-${place}` },
      ...model.names.map((name, i) => make("option", { value: i }, name)))
    select.value = place === 0 ? 0 : Math.max(model.content.length - 1, 1)
    select.addEventListener("change", () => draw(...shown))
    byId("map-axes").append(make("label", { for: select.id }, place ? "up" : "across"), select)
    return select
  })
  const draw = (path, cursor) => {
    shown = [path, cursor]
    const at = axes.map((select) => Number(select.value))
    const points = path.z.map((z) => at.map((i) => (z[i] - model.mean[i]) / model.std[i]))
    const labels = at.map((i) => model.names[i])
    byId("path-map").setAttribute("aria-label", `The path of ${path.name} in ${labels.join(" and ")}`)
    drawMap(byId("path-map"), points, cursor, labels)
  }
  return draw
}

function drawMap(canvas, points, cursor, labels) {
  const ratio = window.devicePixelRatio || 1
  const size = canvas.clientWidth || MAP_PIXELS
  canvas.width = canvas.height = Math.round(size * ratio)
  const context = canvas.getContext("2d")
  context.scale(ratio, ratio)
  const most = Math.max(2, ...points.flat().map(Math.abs)) * 1.05
  const xOf = (v) => MAP_MARGIN + ((size - MAP_MARGIN - 8) * (v + most)) / (2 * most)
  const yOf = (v) => size - MAP_MARGIN - ((size - MAP_MARGIN - 8) * (v + most)) / (2 * most)
  context.fillStyle = "#f9fafb"
  context.fillRect(MAP_MARGIN, 8, size - MAP_MARGIN - 8, size - MAP_MARGIN - 8)
  context.font = "12px system-ui, sans-serif"
  context.strokeStyle = "#d1d5db"
  for (let v = -Math.floor(most); v <= most; v++) {
    context.fillStyle = "#4b5563"
    context.textAlign = "center"
    context.fillText(`${v}`, xOf(v), size - MAP_MARGIN + 15)
    context.textAlign = "right"
    context.fillText(`${v}`, MAP_MARGIN - 5, yOf(v) + 4)
    context.beginPath()
    context.moveTo(xOf(v), 8)
    context.lineTo(xOf(v), size - MAP_MARGIN)
    context.moveTo(MAP_MARGIN, yOf(v))
    context.lineTo(size - 8, yOf(v))
    context.stroke()
  }
  context.fillStyle = "#1f2937"
  context.font = "600 12px system-ui, sans-serif"
  context.textAlign = "right"
  context.fillText(`${labels[0]}, in σ`, size - 12, size - MAP_MARGIN - 6)
  context.textAlign = "left"
  context.fillText(`${labels[1]}, in σ`, MAP_MARGIN + 6, 22)
  context.strokeStyle = LINE_COLOURS[0]
  context.lineWidth = 2
  context.beginPath()
  points.forEach(([x, y], i) => (i ? context.lineTo(xOf(x), yOf(y)) : context.moveTo(xOf(x), yOf(y))))
  context.stroke()
  context.fillStyle = LINE_COLOURS[1]
  context.beginPath()
  context.arc(xOf(points[cursor][0]), yOf(points[cursor][1]), 6, 0, 2 * Math.PI)
  context.fill()
}
