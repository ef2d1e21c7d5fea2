// The decoder and the prior of the model, as Keras computes them.

function decodeBytes(text) {
  const binary = atob(text)
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0))
}

// Returns a function that gives the array of a place {at, shape}.
function readWeights(text) {
  const all = new Float32Array(decodeBytes(text).buffer)
  return (place) => place && all.subarray(place.at, place.at + place.shape.reduce((a, b) => a * b, 1))
}

const sigmoid = (x) => 1 / (1 + Math.exp(-x))

// y = x W + b, W of shape (inputs, units).
function linear(x, kernel, bias, units) {
  const y = new Float32Array(units)
  if (bias) y.set(bias)
  for (let i = 0; i < x.length; i++) {
    const value = x[i]
    if (value === 0) continue
    for (let j = 0, at = i * units; j < units; j++) y[j] += value * kernel[at + j]
  }
  return y
}

function activate(values, name) {
  if (name === "relu") for (let i = 0; i < values.length; i++) values[i] = Math.max(0, values[i])
  return values
}

// A transposed convolution with padding "same": the kernel is (rows, columns, outputs, inputs).
function convolveTransposed(input, shape, layer) {
  const [height, width, nIn] = shape
  const [rows, columns, nOut] = layer.shape
  const [down, right] = layer.strides
  const [outHeight, outWidth] = [height * down, width * right]
  const top = Math.max(rows - down, 0) >> 1
  const left = Math.max(columns - right, 0) >> 1
  const output = new Float32Array(outHeight * outWidth * nOut)
  if (layer.bias) for (let i = 0; i < output.length; i++) output[i] = layer.bias[i % nOut]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * nIn
      for (let row = 0; row < rows; row++) {
        const outY = y * down + row - top
        if (outY < 0 || outY >= outHeight) continue
        for (let column = 0; column < columns; column++) {
          const outX = x * right + column - left
          if (outX < 0 || outX >= outWidth) continue
          const to = (outY * outWidth + outX) * nOut
          let at = (row * columns + column) * nOut * nIn
          for (let o = 0; o < nOut; o++, at += nIn) {
            let sum = 0
            for (let i = 0; i < nIn; i++) sum += input[from + i] * layer.kernel[at + i]
            output[to + o] += sum
          }
        }
      }
    }
  }
  return [activate(output, layer.activation), [outHeight, outWidth, nOut]]
}

// Returns a function from latents to a frame in [0, 1], (height, width, channels) in one array.
function makeDecoder(packed, read) {
  const [height, width, channels] = packed.frame_shape
  const load = (layer) => ({
    ...layer, shape: layer.kernel.shape, kernel: read(layer.kernel), bias: read(layer.bias),
  })
  const dense = packed.dense.map(load)
  const convolutions = packed.convolutions.map(load)
  const frameBias = read(packed.frame_bias)
  return (z) => {
    let h = Float32Array.from(z)
    for (const layer of dense) {
      h = activate(linear(h, layer.kernel, layer.bias, layer.shape[1]), layer.activation)
    }
    let shape = packed.map_shape
    for (const layer of convolutions) [h, shape] = convolveTransposed(h, shape, layer)
    const frame = new Float32Array(height * width * channels)
    for (let y = 0, to = 0; y < height; y++) {
      const from = y * shape[1] * channels
      for (let i = 0; i < width * channels; i++, to++) {
        frame[to] = sigmoid(h[from + i] + (frameBias ? frameBias[to] : 0))
      }
    }
    return frame
  }
}

function advanceRnn(x, state, cell) {
  const own = linear(x, cell.kernel, cell.bias, cell.units)
  const past = linear(state, cell.recurrent, null, cell.units)
  return own.map((value, i) => Math.tanh(value + past[i]))
}

// Keras' GRU, whose reset gate acts behind the recurrent kernel: update, reset, candidate.
function advanceGru(x, state, cell) {
  const n = cell.units
  const own = linear(x, cell.kernel, cell.bias.subarray(0, 3 * n), 3 * n)
  const past = linear(state, cell.recurrent, cell.bias.subarray(3 * n), 3 * n)
  return state.map((value, i) => {
    const update = sigmoid(own[i] + past[i])
    const reset = sigmoid(own[n + i] + past[n + i])
    const candidate = Math.tanh(own[2 * n + i] + reset * past[2 * n + i])
    return update * value + (1 - update) * candidate
  })
}

// Returns a function from the content that is given, [time][latent], to nSteps more of it. Every
// body is a sequence of its own.
function makePrior(packed, read, nBodies) {
  const cells = packed.cells.map((cell) => ({
    kernel: read(cell.kernel),
    recurrent: read(cell.recurrent_kernel),
    bias: read(cell.bias),
    units: cell.recurrent_kernel.shape[0],
  }))
  const head = { kernel: read(packed.head.kernel), bias: read(packed.head.bias) }
  const advance = packed.cell === "gru" ? advanceGru : advanceRnn
  const runBody = (given, nSteps) => {
    let states = cells.map((cell) => new Float32Array(cell.units))
    const later = []
    for (let t = 0; t < given.length + nSteps - 1; t++) {
      const x = t < given.length ? given[t] : later[later.length - 1]
      let h = x
      states = states.map((state, i) => (h = advance(h, state, cells[i])))
      const change = linear(h, head.kernel, head.bias, x.length)
      if (t < given.length - 1) continue
      later.push(Array.from(change, (value, i) => (packed.residual ? value + x[i] : value)))
    }
    return later
  }
  return (given, nSteps) => {
    const size = given[0].length / nBodies
    const bodies = Array.from({ length: nBodies }, (_, body) =>
      runBody(given.map((z) => Array.from(z.slice(body * size, (body + 1) * size))), nSteps))
    return bodies[0].map((_, t) => bodies.flatMap((body) => body[t]))
  }
}
