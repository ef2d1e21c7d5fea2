// Puts the page together: the model, what is chosen at present, and the sections that show it.

function makeModel(content) {
  const read = readWeights(content.weights)
  const { names, spread, sound } = content
  const size = names.content.length / names.n_bodies
  const decode = content.decoder && makeDecoder(content.decoder, read)
  const runPrior = content.prior && makePrior(content.prior, read, names.n_bodies)
  const model = {
    content: names.content,
    style: names.style,
    names: [...names.content, ...names.style],
    bodies: Array.from({ length: names.n_bodies }, (_, i) => names.content.slice(i * size, (i + 1) * size)),
    mean: spread.mean,
    std: spread.std,
    contentStd: spread.std.slice(0, names.content.length),
    isSound: content.kind === "sound",
    shape: content.frame_shape,
    decode,
    group: content.group,
    nGiven: content.prior?.n_given,
    hopSecs: sound && sound.hop / sound.rate_hz,
    secsAStep: sound ? (sound.hop * sound.hops_per_frame) / sound.rate_hz : undefined,
    // Draws frames on a canvas, and says for those who do not see it what they are.
    draw(canvas, frames, label) {
      canvas.classList.toggle("spectrum", model.isSound)
      drawFrames(canvas, frames, model.shape, model.isSound)
      canvas.setAttribute("aria-label", label)
    },
  }
  // Continues latents that are given; their style goes along.
  if (runPrior) {
    model.predict = (given, nSteps) => {
      const n = names.content.length
      const style = given[given.length - 1].slice(n)
      return runPrior(given.map((z) => z.slice(0, n)), nSteps).map((z) => [...z, ...style])
    }
  }
  return model
}

function makeApp(content) {
  const model = makeModel(content)
  const listeners = { z: [], start: [], paths: [] }
  const tell = (what, ...news) => listeners[what].forEach((listener) => listener(...news))
  const soon = (action, msecs) => {
    let timer = 0
    return () => {
      clearTimeout(timer)
      timer = setTimeout(action, msecs)
    }
  }
  const app = {
    content,
    model,
    z: Array.from(model.mean),
    paths: content.paths,
    speaker: content.sound?.magnitudes && model.decode ? new Speaker(content.sound) : null,
    onZ: (listener) => listeners.z.push(listener),
    onStart: (listener) => listeners.start.push(listener),
    onPaths: (listener) => listeners.paths.push(listener),
    startChanged: soon(() => tell("start"), 60),
    setZ(z, moved = null) {
      app.z = z
      tell("z", moved)
      app.startChanged()
    },
    addPath(path) {
      app.paths.push(path)
      tell("paths")
    },
    // A note of half a second: one frame held.
    hear: () => app.speaker.play(new Array(3).fill(model.decode(app.z))),
    describeZ: () => `Decoded at ${model.names.map((name, i) =>
      `${name} ${inDeviations((app.z[i] - model.mean[i]) / model.std[i])}`).join(", ")}`,
    refresh: () => {
      tell("z", null)
      tell("start")
    },
  }
  app.hearSoon = soon(app.hear, 120)
  return app
}

const app = makeApp(JSON.parse(byId("content").textContent))
document.title = `Explore ${app.content.title}`
byId("title").textContent = app.content.title
byId("description").textContent = app.content.description
byId("spread").textContent = app.content.spread.of
makeLatents(app)
makeFileSection(app)
makePriorSection(app)
makeGroupSection(app)
for (const link of document.querySelectorAll("nav a")) {
  link.hidden = document.querySelector(link.hash).hidden
}
app.refresh()
let width = innerWidth
addEventListener("resize", () => {
  if (innerWidth === width) return
  width = innerWidth
  app.startChanged()
})
window.explore = app
