// The prior's free run: an animation or a strip of sound, and the latents over its steps.

function makePriorSection(app) {
  const { model } = app
  const body = byId("prior-body")
  if (!model.predict) {
    body.append(make("p", {}, "This model has no prior: it does not predict."))
    return
  }
  const canvas = make("canvas", { id: "prior-picture", role: "img" })
  const curves = make("canvas", { id: "prior-curves", class: "wide", role: "img" })
  let [run, nGiven] = [[], model.nGiven]
  const player = makePlayer({
    id: "prior", label: "Step", speaker: app.speaker, secsAStep: model.secsAStep,
    frames: () => run.map(model.decode),
    show: (i) => {
      if (!run.length) return
      if (model.decode && !model.isSound) {
        const state = i < nGiven ? "given" : "predicted"
        model.draw(canvas, [model.decode(run[i])], `Step ${i + 1}, ${state}`)
      }
      drawRun(curves, model, [{ run, dashed: false }], nGiven, i)
    },
  })
  const steps = makeSlider({
    id: "prior-steps", label: "Predicted", ...STEPS, step: 1, show: (n) => `${n} steps`,
    change: () => app.startChanged(),
  })
  app.nSteps = () => steps.value
  app.start = makeStart(app)
  const caption = model.isSound ? "Given, then predicted, from left to right" : "Decoded"
  const figure = make("figure", {}, canvas, make("figcaption", {}, caption))
  figure.hidden = !model.decode
  body.append(
    make("p", {}, `The prior is given ${model.nGiven} steps (grey) and runs on by itself, ` +
      "each prediction fed back."),
    make("div", { class: model.isSound ? "" : "side" },
      make("div", {}, figure, player.element), make("div", {}, app.start.element, steps.row)),
    makeLegend(model), curves)
  app.onStart(() => {
    player.pause()
    const given = app.start.given()
    nGiven = given.length
    run = [...given, ...model.predict(given, steps.value)]
    app.run = run
    if (model.decode && model.isSound) model.draw(canvas, run.map(model.decode), "Given and predicted frames")
    curves.setAttribute("aria-label", `Latents over ${run.length} steps`)
    player.setLength(run.length)
  })
}

// Draws the content of runs over their steps, in standard deviations.
function drawRun(canvas, model, runs, nGiven, cursor) {
  const panels = model.content.map((name, i) => ({
    label: name,
    lines: runs.map(({ run, dashed }) => ({
      values: run.map((z) => (z[i] - model.mean[i]) / model.std[i]),
      colour: dashed ? LINE_COLOURS[1] : LINE_COLOURS[0], dashed,
    })),
  }))
  const n = runs[0].run.length
  drawCurves(canvas, panels, { nGiven, cursor, xLabels: [[0, "step 1"], [n - 1, `${n}`]] })
}

function makeLegend(model, entries = [["content, in σ", LINE_COLOURS[0], ""]]) {
  const parts = entries.map(([text, colour, kind]) => {
    const mark = make("i", { class: kind })
    mark.style.borderTopColor = colour
    return make("span", {}, mark, text)
  })
  return make("p", { class: "legend" }, ...parts)
}
