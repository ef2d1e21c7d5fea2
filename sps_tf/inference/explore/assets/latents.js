// A slider for each latent, and what the decoder makes of them.

const byId = (id) => document.getElementById(id)

function makeLatents(app) {
  const { model } = app
  const sliders = {}
  const fieldOf = (legend, names) => {
    const field = make("fieldset", {}, make("legend", {}, legend))
    for (const name of names) {
      const i = model.names.indexOf(name)
      sliders[name] = makeSlider({
        id: `latent-${name}`, label: name, min: -3, max: 3, step: 0.05, value: 0,
        show: inDeviations,
        change: (value) => {
          const z = app.z.slice()
          z[i] = model.mean[i] + value * model.std[i]
          app.setZ(z, sliders[name])
        },
      })
      field.append(sliders[name].row)
    }
    byId("sliders").append(field)
  }
  model.bodies.forEach((names, body) =>
    fieldOf(model.bodies.length > 1 ? `Content of body ${body + 1}` : "Content", names))
  if (model.style.length) fieldOf("Style", model.style)
  byId("picture-caption").textContent = model.isSound
    ? `Decoded spectrogram of ${model.secsAStep} s, low notes below` : "Decoded picture"
  if (!model.decode) byId("picture").parentElement.hidden = true
  // Of a model that neither decodes nor predicts, nothing would follow the sliders.
  byId("latents").hidden = byId("path-to-sliders").hidden = !model.decode && !model.predict

  const show = (moved) => {
    model.names.forEach((name, i) => {
      if (sliders[name] !== moved) sliders[name].value = (app.z[i] - model.mean[i]) / model.std[i]
    })
    if (model.decode) model.draw(byId("picture"), [model.decode(app.z)], app.describeZ())
    if (moved && app.speaker && byId("hear-moved").checked) app.hearSoon()
  }
  app.onZ(show)
  byId("to-mean").addEventListener("click", () => app.setZ(Array.from(model.mean)))
  byId("draw").addEventListener("click", () =>
    app.setZ(model.mean.map((mean, i) =>
      mean + Math.max(-3, Math.min(3, drawNormal())) * model.std[i])))
  if (app.speaker) {
    byId("hear").hidden = byId("hear-always").hidden = false
    byId("hear").addEventListener("click", () => app.hear())
  }
}

const drawNormal = () =>
  Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())
