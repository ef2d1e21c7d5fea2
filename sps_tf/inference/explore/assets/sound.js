// Frames of an STFT become sound again: phases found by Griffin and Lim's method, as librosa does.

const FFT_SIZE_LOG = { 256: 8, 512: 9, 1024: 10, 2048: 11 }

// Returns a function that transforms real and imaginary parts in place; back without 1 / n.
function makeFft(n) {
  const bits = FFT_SIZE_LOG[n]
  const cos = Float64Array.from({ length: n / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / n))
  const sin = Float64Array.from({ length: n / 2 }, (_, i) => Math.sin((2 * Math.PI * i) / n))
  const reversed = Uint16Array.from({ length: n }, (_, i) => {
    let r = 0
    for (let b = 0; b < bits; b++) r |= ((i >> b) & 1) << (bits - 1 - b)
    return r
  })
  return (re, im, back) => {
    for (let i = 0; i < n; i++) {
      const j = reversed[i]
      if (j <= i) continue
      const a = re[i]
      const b = im[i]
      re[i] = re[j]
      im[i] = im[j]
      re[j] = a
      im[j] = b
    }
    for (let half = 1; half < n; half *= 2) {
      const step = n / (2 * half)
      for (let start = 0; start < n; start += 2 * half) {
        for (let k = 0; k < half; k++) {
          const wr = cos[k * step]
          const wi = back ? sin[k * step] : -sin[k * step]
          const a = start + k
          const b = a + half
          const xr = re[b] * wr - im[b] * wi
          const xi = re[b] * wi + im[b] * wr
          re[b] = re[a] - xr
          im[b] = im[a] - xi
          re[a] += xr
          im[a] += xi
        }
      }
    }
  }
}

const TO_MAGNITUDE = {
  as_is: (x) => x,
  root: (x) => Math.sqrt(x),
  exponential: (x) => 2 ** (12.5 * x) - 1,
}

// Returns the magnitudes [hop][bin] of frames, each (bins, hops, 1).
function toHops(frames, form) {
  const nHops = form.hops_per_frame
  const nBins = form.window / 2 + 1
  const convert = TO_MAGNITUDE[form.magnitudes]
  return frames.flatMap((frame) => Array.from({ length: nHops }, (_, hop) =>
    Float64Array.from({ length: nBins }, (_, bin) => convert(frame[bin * nHops + hop]))))
}

// Returns samples with a peak of 1 for magnitudes [hop][bin].
function griffinLim(hops, form, nIterations) {
  const { window: n, hop } = form
  const fft = makeFft(n)
  const hann = Float64Array.from({ length: n }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / n))
  const nSamples = n + (hops.length - 1) * hop
  const weight = new Float64Array(nSamples)
  hops.forEach((_, t) => hann.forEach((w, i) => (weight[t * hop + i] += w * w)))
  let seed = 1
  const draw = () => (seed = (seed * 16807) % 2147483647) / 2147483647
  const [re, im] = [new Float64Array(n), new Float64Array(n)]
  // Cosine and sine of each phase, and the spectrum of the round before.
  const phases = hops.map((bins) => Float64Array.from(bins, () => 2 * Math.PI * draw()))
  const cos = phases.map((p) => p.map(Math.cos))
  const sin = phases.map((p) => p.map(Math.sin))
  const before = hops.map((bins) => [new Float64Array(bins.length), new Float64Array(bins.length)])
  const toSamples = () => {
    const samples = new Float64Array(nSamples)
    hops.forEach((bins, t) => {
      const cosines = cos[t]
      const sines = sin[t]
      for (let k = 0; k <= n / 2; k++) {
        re[k] = re[(n - k) % n] = bins[k] * cosines[k]
        im[k] = bins[k] * sines[k]
        im[(n - k) % n] = -im[k]
      }
      im[0] = im[n / 2] = 0
      fft(re, im, true)
      for (let i = 0; i < n; i++) samples[t * hop + i] += (hann[i] * re[i]) / n
    })
    // Where one window alone reaches and is nearly 0, dividing by it would give clicks.
    for (let i = 0; i < nSamples; i++) samples[i] /= Math.max(weight[i], 0.2)
    return samples
  }
  const momentum = 0.99 / 1.99
  for (let round = 0; round < nIterations; round++) {
    const samples = toSamples()
    hops.forEach((bins, t) => {
      for (let i = 0; i < n; i++) {
        re[i] = hann[i] * samples[t * hop + i]
        im[i] = 0
      }
      fft(re, im, false)
      const [oldRe, oldIm] = before[t]
      const cosines = cos[t]
      const sines = sin[t]
      for (let k = 0; k < bins.length; k++) {
        const a = re[k] - momentum * oldRe[k]
        const b = im[k] - momentum * oldIm[k]
        const length = Math.sqrt(a * a + b * b) + 1e-16
        cosines[k] = a / length
        sines[k] = b / length
        oldRe[k] = re[k]
        oldIm[k] = im[k]
      }
    })
  }
  const samples = Float32Array.from(toSamples())
  const peak = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return peak > 0 ? samples.map((value) => value / peak) : samples
}

// Plays one sound at a time.
class Speaker {
  constructor(form) {
    this.form = form
    this.source = null
    this.last = null // what was played last, for whoever wants to look at it
  }

  // Plays frames one after the other; returns what is `source` while they are heard.
  play(frames) {
    this.stop()
    const samples = griffinLim(toHops(frames, this.form), this.form, 32)
    this.last = samples
    this.context ??= new AudioContext()
    this.context.resume()
    const buffer = this.context.createBuffer(1, samples.length, this.form.rate_hz)
    buffer.copyToChannel(samples, 0)
    const source = this.context.createBufferSource()
    const volume = this.context.createGain()
    volume.gain.value = 0.4
    source.buffer = buffer
    source.connect(volume).connect(this.context.destination)
    source.onended = () => {
      if (this.source === source) this.source = null
    }
    this.source = source
    this.began = this.context.currentTime
    source.start()
    return source
  }

  // Seconds since the sound began; null where none is played.
  get seconds() {
    return this.source ? this.context.currentTime - this.began : null
  }

  stop() {
    const source = this.source
    this.source = null
    source?.stop()
  }
}
