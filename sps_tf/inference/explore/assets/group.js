// Elements S of the model's group, z -> A z + b, on the content of each body.

const identity = (n) => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => +(i === j)))

const multiply = (a, z) => a.map((row) => row.reduce((sum, value, i) => sum + value * z[i], 0))

function rotation2(angle) {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return [[cos, -sin], [sin, cos]]
}

// The turn about an axis by its length.
function rotation3(turn) {
  const angle = Math.hypot(...turn)
  const [x, y, z] = turn.map((part) => (angle ? (part / angle) * Math.sin(angle / 2) : 0))
  const w = Math.cos(angle / 2)
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ]
}

// Makes an element of a factor from its numbers: translations in the latents' own units, angles in
// radians.
function makeElement(factor, numbers, size) {
  const element = { matrix: identity(size), offset: new Array(size).fill(0) }
  if (factor.kind === "translation") {
    factor.dims.forEach((dim, i) => (element.offset[dim] = numbers[i]))
    return element
  }
  const turn = factor.kind === "rotation2" ? rotation2(numbers[0]) : rotation3(numbers)
  factor.dims.forEach((row, i) => factor.dims.forEach((column, j) => {
    element.matrix[row][column] = turn[i][j]
  }))
  return element
}

// The right factor acts first.
function compose(elements) {
  return elements.reduceRight((inner, outer) => {
    if (!inner) return outer
    const columns = inner.matrix[0].map((_, j) => multiply(outer.matrix, inner.matrix.map((row) => row[j])))
    return {
      matrix: outer.matrix.map((_, i) => columns.map((column) => column[i])),
      offset: multiply(outer.matrix, inner.offset).map((value, i) => value + outer.offset[i]),
    }
  }, null)
}

// S of the content of all bodies; what lies behind it, the style, stays.
function applyElement(element, z, nBodies) {
  const size = element.offset.length
  const parts = Array.from({ length: nBodies }, (_, body) =>
    multiply(element.matrix, z.slice(body * size, (body + 1) * size)).map((v, i) => v + element.offset[i]))
  return [...parts.flat(), ...z.slice(nBodies * size)]
}

// Root mean square, over times and content, of what two runs differ by, in standard deviations.
function differenceOf(a, b, std) {
  let [sum, n] = [0, 0]
  a.forEach((z, t) => z.forEach((value, i) => {
    if (i >= std.length) return
    sum += ((value - b[t][i]) / std[i]) ** 2
    n += 1
  }))
  return Math.sqrt(sum / n)
}
