// What the prior is given: the sliders' position reached at a velocity, or the beginning of a file.

const STEPS = { min: 1, max: 60, value: 30 }

function makeStart(app) {
  const { model } = app
  const select = make("select", { id: "start" })
  const velocities = model.content.map((name, i) => makeSlider({
    id: `velocity-${name}`, label: name, min: -0.6, max: 0.6, step: 0.02,
    value: i === 0 ? 0.16 : 0, show: inDeviations, change: () => app.startChanged(),
  }))
  const field = make("fieldset", {},
    make("legend", {}, "Moves by this much a step, up to the sliders' position"),
    ...velocities.map((slider) => slider.row))
  const list = () => {
    const chosen = select.value
    select.replaceChildren(make("option", { value: "" }, "the latents' sliders"),
      ...app.paths.map((path, i) => make("option", { value: i }, `the beginning of ${path.name}`)))
    select.value = chosen || ""
  }
  const change = () => {
    field.hidden = select.value !== ""
    app.startChanged()
  }
  select.addEventListener("change", change)
  app.onPaths(list)
  list()
  return {
    element: make("div", {},
      make("p", { class: "buttons" }, make("label", { for: "start" }, "Starts from"), select), field),
    // The latents that are given, [time][latent].
    given() {
      const n = model.nGiven
      if (select.value !== "") {
        const path = app.paths[select.value]
        const z = path.z.filter((_, i) => i % path.per_step === 0).slice(0, n)
        const mean = model.names.map((_, i) => z.reduce((sum, row) => sum + row[i], 0) / z.length)
        return z.map((row) => row.map((value, i) => (i < model.content.length ? value : mean[i])))
      }
      return Array.from({ length: n }, (_, t) => app.z.map((value, i) =>
        i < velocities.length ? value - (n - 1 - t) * velocities[i].value * model.std[i] : value))
    },
  }
}
