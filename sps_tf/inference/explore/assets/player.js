// A button and a slider that move through steps; of sound, the loudspeaker keeps the time.

const STEPS_A_SECOND = 8

// `show(i)` is called for every step; `frames()` gives what is heard, for a speaker. An animation
// begins again at its end until it is paused.
function makePlayer({ id, label, speaker = null, secsAStep = 1 / STEPS_A_SECOND, playText, show, frames }) {
  const text = playText ?? (speaker ? "Play the sound" : "Play")
  const button = make("button", { type: "button", id: `${id}-play` }, text)
  const slider = makeSlider({
    id: `${id}-step`, label, min: 0, max: 0, step: 1, value: 0,
    show: (i, last) => `${i + 1} of ${last + 1}`,
    change: (i) => {
      pause()
      show(i)
    },
  })
  let playing = null
  const pause = () => {
    if (playing?.sound && playing.sound === speaker.source) speaker.stop()
    playing = null
    button.textContent = text
  }
  const moveTo = (i) => {
    if (i === slider.value) return
    slider.value = i
    show(i)
  }
  // A frame of the browser bears the time at which it began, which may be before the click.
  const steps = (secs) => Math.max(0, Math.floor(secs / secsAStep))
  const tick = (now) => {
    if (playing === null) return
    const n = Number(slider.input.max) + 1
    if (speaker) {
      if (speaker.source !== playing.sound) return pause() // it is over, or another one began
      moveTo(Math.min(steps(speaker.seconds), n - 1))
    } else {
      moveTo((playing.first + steps((now - playing.began) / 1000)) % n)
    }
    requestAnimationFrame(tick)
  }
  button.addEventListener("click", () => {
    if (playing !== null) return pause()
    const sound = speaker?.play(frames())
    playing = { sound, began: performance.now(), first: slider.value }
    button.textContent = "Pause"
    requestAnimationFrame(tick)
  })
  return {
    element: make("div", {}, make("p", { class: "buttons" }, button), slider.row),
    pause,
    get step() { return slider.value },
    set step(i) { slider.value = i; show(i) },
    // There are n steps now; what is shown is drawn anew.
    setLength(n) {
      slider.input.max = n - 1
      slider.value = Math.min(slider.value, n - 1)
      show(slider.value)
    },
  }
}
