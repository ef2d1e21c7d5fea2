// An element S of the group: R(S(z)) beside S(R(z)), and what they differ by.

const DEGREE = Math.PI / 180

function makeGroupSection(app) {
  const { model } = app
  const body = byId("group-body")
  if (!model.predict || !model.group.length) {
    const lack = model.predict ? "was trained without a group" : "has no prior"
    body.append(make("p", {}, `This model ${lack}: nothing has to commute.`))
    return
  }
  const names = model.bodies[0]
  const factors = model.group.map((factor, f) => makeFactor(factor, f, names, app))
  const number = make("p", { class: "number", id: "group-number", role: "status" })
  const figures = ["S(R(z)): predicted, then transformed", "R(S(z)): transformed, then predicted"].map(
    (caption, i) => {
      const canvas = make("canvas", { id: `group-picture-${i}`, role: "img" })
      return { canvas, caption, element: make("figure", {}, canvas, make("figcaption", {}, caption)) }
    })
  const curves = make("canvas", { id: "group-curves", class: "wide", role: "img" })
  let [runs, nGiven] = [[], model.nGiven]
  const player = makePlayer({
    id: "group", label: "Step", show: (i) => {
      if (!runs.length) return
      if (model.decode && !model.isSound) {
        figures.forEach(({ canvas, caption }, n) =>
          model.draw(canvas, [model.decode(runs[n][i])], `${caption}, step ${i + 1}`))
      }
      drawRun(curves, model, runs.map((run, n) => ({ run, dashed: n === 1 })), nGiven, i)
    },
  })
  const pictures = make("div", {},
    make("div", { class: model.isSound ? "pair wide" : "pair" }, ...figures.map((f) => f.element)))
  pictures.hidden = !model.decode
  const controls = make("div", {}, ...factors.map((factor) => factor.element))
  if (model.bodies.length > 1) controls.append(make("p", {}, "Each body is transformed by the same S."))
  if (app.speaker) pictures.append(makeHearing(app, figures, () => runs))
  if (!model.isSound) pictures.append(player.element)
  body.append(
    make("p", {}, "S acts on the latents of the free run above. For a prior that has learned the " +
      "symmetry, both orders come to the same."),
    make("div", { class: model.isSound ? "" : "side two" }, pictures, controls), number,
    makeLegend(model, [
      ["S(R(z)), in σ", LINE_COLOURS[0], ""], ["R(S(z)), in σ", LINE_COLOURS[1], "dashed"],
    ]), curves)

  app.element = () => compose(factors.map((factor) => factor.element_of()))
  app.onStart(() => {
    player.pause()
    const s = app.element()
    const transform = (z) => applyElement(s, z, model.bodies.length)
    const given = app.start.given()
    nGiven = given.length
    const plain = model.predict(given, app.nSteps())
    const moved = given.map(transform)
    const later = [plain.map(transform), model.predict(moved, app.nSteps())]
    runs = later.map((run) => [...moved, ...run])
    app.difference = differenceOf(...later, model.contentStd)
    const by = differenceOf(plain, later[0], model.contentStd)
    number.replaceChildren("The two orders differ by ", make("b", {}, `${app.difference.toFixed(3)} σ`),
      `, while S moves the prediction by ${by.toFixed(3)} σ (root mean square over ${plain.length} steps).`)
    if (model.decode && model.isSound) {
      figures.forEach(({ canvas, caption }, n) => model.draw(canvas, runs[n].map(model.decode), caption))
    }
    curves.setAttribute("aria-label", "Latents of both orders over the steps")
    player.setLength(runs[0].length)
  })
}

// A button for the sound of each order.
function makeHearing(app, figures, runs) {
  return make("p", { class: "buttons" }, ...figures.map(({ caption }, n) => {
    const button = make("button", { type: "button" }, `Play ${caption.split(":")[0]}`)
    button.addEventListener("click", () => app.speaker.play(runs()[n].map(app.model.decode)))
    return button
  }))
}

// Sliders for the numbers of one factor.
function makeFactor(factor, f, names, app) {
  const { model } = app
  const dims = factor.dims.map((dim) => names[dim])
  const slider = (i, label, options) =>
    makeSlider({ id: `group-${f}-${i}`, label, ...options, change: () => app.startChanged() })
  if (factor.kind === "translation") {
    const sliders = dims.map((name, i) => slider(i, name, {
      min: -2, max: 2, step: 0.05, value: i === 0 ? 0.5 : 0, show: inDeviations,
    }))
    return {
      element: make("fieldset", {}, make("legend", {}, "S moves"), ...sliders.map((s) => s.row)),
      element_of: () => makeElement(factor,
        sliders.map((s, i) => s.value * model.std[factor.dims[i]]), names.length),
    }
  }
  const labels = factor.kind === "rotation2" ? [dims.join(", ")] : dims.map((name) => `about ${name}`)
  const sliders = labels.map((label, i) => slider(i, label, {
    min: -180, max: 180, step: 5, value: i === 0 ? 45 : 0, show: (angle) => `${angle}°`,
  }))
  return {
    element: make("fieldset", {}, make("legend", {}, "S turns"), ...sliders.map((s) => s.row)),
    element_of: () => makeElement(factor, sliders.map((s) => s.value * DEGREE), names.length),
  }
}
