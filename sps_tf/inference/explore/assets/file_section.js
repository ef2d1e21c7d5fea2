// A recording or video of the user's own, and its path in latent space.

function makeFileSection(app) {
  makeDropArea(app)
  const view = makePathView(app)
  const choice = make("select", { id: "path-select" })
  byId("path-choice").append(make("label", { for: "path-select" }, "File"), choice)
  choice.addEventListener("change", () => view(app.paths[choice.value]))
  const list = (added) => {
    choice.replaceChildren(...app.paths.map((path, i) => make("option", { value: i }, path.name)))
    byId("path").hidden = !app.paths.length
    if (!app.paths.length) return
    choice.value = added ? app.paths.length - 1 : 0
    view(app.paths[choice.value])
  }
  app.onPaths(() => list(true))
  list(false)
}

function makeDropArea(app) {
  const area = byId("drop-area")
  const kind = app.model.isSound ? "recording" : "video or picture"
  if (app.content.max_bytes === null) {
    const command = make("code", {}, `python -m launch.explore --model=${app.content.title}`)
    const text = `This page is a file by itself. To drop in a ${kind} of your own, start it by `
    area.append(make("p", {}, text, command, "."))
    return
  }
  const input = make("input", {
    type: "file", id: "file-input",
    accept: app.model.isSound ? "audio/*,.flac,.ogg,.opus,.aiff" : "video/*,image/*,.mkv,.avi",
  })
  const label = make("label", { class: "drop", for: "file-input" },
    "Drop a ", kind, " here, or ", make("strong", {}, "choose a file"), ".")
  area.append(input, label)
  input.addEventListener("change", () => {
    if (input.files.length) encodeFile(app, input.files[0])
    input.value = ""
  })
  // Beside the area too: the browser would leave the page for the file.
  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      event.preventDefault()
      label.classList.toggle("over", name === "dragover")
      if (name === "drop" && event.dataTransfer.files.length) encodeFile(app, event.dataTransfer.files[0])
    })
  }
}

async function encodeFile(app, file) {
  const [state, alert] = [byId("file-state"), byId("file-error")]
  const say = (line) => {
    state.textContent = ""
    alert.textContent = line
    alert.hidden = !line
  }
  say("")
  const most = app.content.max_bytes
  if (file.size > most) {
    const received = (file.size / 1e6).toFixed(1)
    return say(`A file may have ${most / 1e6} MB, see --max_upload_mb. Received: ${received} MB`)
  }
  state.textContent = `Encoding ${file.name} …`
  try {
    const address = `encode?name=${encodeURIComponent(file.name)}`
    const response = await fetch(address, { method: "POST", body: file })
    const answer = await response.json()
    if (!response.ok) return say(answer.error)
    answer.url = app.model.isSound ? URL.createObjectURL(file) : null
    state.textContent = `Encoded ${file.name}: ${answer.z.length} frames.`
    app.addPath(answer)
  } catch {
    say("The program that encodes files does not answer: is it still running in its terminal?")
  }
}

// Returns a function that shows a path.
function makePathView(app) {
  const { model } = app
  const canvases = ["path-given", "path-decoded"].map(byId)
  if (!model.decode) canvases[1].parentElement.hidden = true
  const map = makeMap(model)
  let [path, pixels] = [null, null]
  const size = model.shape.reduce((a, b) => a * b, 1)
  const givenFrame = (i) => Float32Array.from(pixels.subarray(i * size, (i + 1) * size), (v) => v / 255)
  const player = makePlayer({
    id: "path", label: "Moment", speaker: app.speaker,
    secsAStep: model.isSound ? model.hopSecs : 1 / STEPS_A_SECOND,
    playText: app.speaker ? "Play as the model decodes it" : "Play",
    frames: () => path.z.filter((_, i) => i % path.per_step === 0).map(model.decode),
    show: (i) => {
      if (!path) return
      const when = path.unit === "s" ? `at ${path.time_secs[i].toFixed(2)} s` : `frame ${path.time_secs[i]}`
      model.draw(canvases[0], [givenFrame(i)], `The file ${when}`)
      if (model.decode) model.draw(canvases[1], [model.decode(path.z[i])], `Decoded ${when}`)
      drawPath(byId("path-curves"), model, path, i)
      map(path, i)
    },
  })
  byId("path-player").append(player.element)
  byId("path-to-sliders").addEventListener("click", () => app.setZ(path.z[player.step].slice()))
  const hear = byId("path-hear")
  hear.addEventListener("click", () => {
    player.pause()
    const given = path.z.map((_, i) => i).filter((i) => i % path.per_step === 0)
    app.speaker.play(given.map(givenFrame))
  })
  return (chosen) => {
    player.pause()
    path = chosen
    pixels = decodeBytes(path.frames)
    byId("path-notes").textContent = path.notes.length ? `Of this file: ${path.notes.join(", ")}.` : ""
    hear.hidden = !app.speaker || Boolean(path.url)
    byId("path-sound").replaceChildren(...(path.url ? [makeAudio(path, player)] : []))
    byId("path-legend").replaceChildren(...pathLegend(model, path).children)
    byId("path-curves").setAttribute("aria-label", `Latents over time of ${path.name}`)
    player.setLength(path.z.length)
    player.step = 0
  }
}

function makeAudio(path, player) {
  const audio = make("audio", { controls: true, src: path.url, "aria-label": `The recording ${path.name}` })
  audio.addEventListener("timeupdate", () => {
    const next = path.time_secs.findIndex((time) => time >= audio.currentTime)
    player.step = next < 0 ? path.z.length - 1 : next
  })
  return audio
}

function pathLegend(model, path) {
  const entries = [["content, in σ", LINE_COLOURS[0], ""]]
  if (model.style.length) entries.push(["style, in σ", LINE_COLOURS[3], ""])
  if (path.detected_midi) entries.push(["pitch detected by pYIN (MIDI)", LINE_COLOURS[2], "dots"])
  if (path.midi) entries.push(["pitch by the model's calibration (MIDI)", LINE_COLOURS[1], ""])
  return makeLegend(model, entries)
}

function drawPath(canvas, model, path, cursor) {
  const panels = model.names.map((name, i) => ({
    label: name,
    lines: [{
      values: path.z.map((z) => (z[i] - model.mean[i]) / model.std[i]),
      colour: LINE_COLOURS[i < model.content.length ? 0 : 3],
    }],
  }))
  const pitch = []
  if (path.detected_midi) pitch.push({ values: path.detected_midi, colour: LINE_COLOURS[2], dots: true })
  if (path.midi) pitch.push({ values: path.midi, colour: LINE_COLOURS[1] })
  if (pitch.length) panels.unshift({ label: "pitch", lines: pitch, least: 4 })
  const [first, last] = [path.time_secs[0], path.time_secs[path.z.length - 1]]
  const text = (time) => (path.unit === "s" ? `${time.toFixed(1)} s` : `frame ${time}`)
  const xLabels = path.z.length > 1 ? [[0, text(first)], [path.z.length - 1, text(last)]] : [[0, text(first)]]
  drawCurves(canvas, panels, { cursor, xLabels })
}
